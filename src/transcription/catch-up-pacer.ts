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
export function createCatchUpPacer(clock: Clock, { catchUpRate, catchUpBurstMs }: CatchUpLimits): CatchUpPacer {
  const burstBytes = catchUpBurstMs * BYTES_PER_MS;
  let available = burstBytes;
  let countedAtMs = clock.monotonicMs();

  return {
    allowance() {
      const nowMs = clock.monotonicMs();
      available = Math.min(burstBytes, available + (nowMs - countedAtMs) * catchUpRate * BYTES_PER_MS);
      countedAtMs = nowMs;
      return Math.floor(available);
    },
    spend(bytes) {
      available -= bytes;
    },
  };
}
