import { BYTES_PER_MS } from '../call/audio.ts';
import type { Clock } from '../call/clock.ts';

/** How fast a recogniser may be fed: a token bucket of audio bytes. */
export interface CatchUpPacer {
  /** Bytes that may be sent now. */
  allowance(): number;
  spend(bytes: number): void;
}

export interface CatchUpLimits {
  /** A multiple of real time, in the long run. */
  readonly catchUpRate: number;
  /** What may go at once. */
  readonly catchUpBurstMs: number;
}

/**
 * Live audio comes at real time and never meets this limit; a replay after a reconnect does. Deepgram advises 1.25 times
 * real time (https://developers.deepgram.com/docs/recovering-from-connection-errors-and-timeouts-when-live-streaming-audio).
 */
export const createCatchUpPacer = (clock: Clock, limits: CatchUpLimits): CatchUpPacer => new TokenBucket(clock, limits);

/**
 * A class for its fields, which hold a number from the beginning: V8 then keeps fractions in place. Those that a closure
 * changes are allocated anew each time, here for every message of audio.
 */
class TokenBucket implements CatchUpPacer {
  readonly #clock: Clock;
  readonly #bytesPerMs: number;
  readonly #burstBytes: number;
  #available = 0;
  #countedAtMs = 0;

  constructor(clock: Clock, { catchUpRate, catchUpBurstMs }: CatchUpLimits) {
    this.#clock = clock;
    this.#bytesPerMs = catchUpRate * BYTES_PER_MS;
    this.#burstBytes = catchUpBurstMs * BYTES_PER_MS;
    this.#available = this.#burstBytes;
    this.#countedAtMs = clock.monotonicMs();
  }

  allowance(): number {
    const nowMs = this.#clock.monotonicMs();
    const earned = (nowMs - this.#countedAtMs) * this.#bytesPerMs;
    this.#available = Math.min(this.#burstBytes, this.#available + earned);
    this.#countedAtMs = nowMs;
    return Math.floor(this.#available);
  }

  spend(bytes: number): void {
    this.#available -= bytes;
  }
}
