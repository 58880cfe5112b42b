import { BYTES_PER_MS, msOfBytes } from '../../call/audio.ts';
import type { Clock } from '../../call/clock.ts';
import type { ProviderFailure } from '../../call/failure.ts';
import type { AudioBacklog } from '../audio-backlog.ts';
import { type CatchUpLimits, type CatchUpPacer, createCatchUpPacer } from '../catch-up-pacer.ts';
import { type DeepgramMessage, parseDeepgramMessage } from './deepgram-message.ts';
import type { DeepgramSocket, DeepgramSocketEvents } from './deepgram-socket.ts';

export interface ConnectionLimits extends CatchUpLimits {
  /** Deepgram closes after 10 s without audio or KeepAlive (https://developers.deepgram.com/docs/audio-keep-alive). */
  readonly keepAliveMs: number;
  /** Audio that an open connection may take without any answer before it counts as deaf. */
  readonly deafAfterMs: number;
  /** How long the network may refuse to take audio before the connection counts as lost. */
  readonly stalledAfterMs: number;
  /** How often a connection that says nothing is pinged; two in a row without an answer, and it counts as lost. */
  readonly pingMs: number;
}

export interface ConnectionEvents {
  opened(): void;
  /** `startBytes`: where the connection's first byte stands in the stream. */
  message(message: DeepgramMessage, startBytes: number): void;
  brokenMessage(): void;
  /** Everything in the backlog has been handed over. */
  caughtUp(): void;
  closed(failure: ProviderFailure): void;
}

/** One connection to the recogniser: feeds it from the backlog at a pace it can follow, keeps it, and notices its death. */
export interface Connection {
  /** Audio has come: sends it, unless what came before is still held back. */
  follow(): void;
  /** Sends what is waiting, as far as the connection and the pace allow; comes back by itself for the rest. */
  flush(): void;
  closeStream(): void;
  /** Ends the connection without any further event. */
  discard(): void;
}

/** Deepgram advises 20 to 250 ms of audio a message (https://github.com/orgs/deepgram/discussions/224). */
const LONGEST_CHUNK_BYTES = 250 * BYTES_PER_MS;
/** Unwritten bytes at which the network counts as stalled: four of the longest chunks. */
const STALLED_BYTES = 4 * LONGEST_CHUNK_BYTES;
const HELD_BACK_MS = 50;

export const openConnection = (
  dial: (events: DeepgramSocketEvents) => DeepgramSocket,
  clock: Clock,
  limits: ConnectionLimits,
  backlog: AudioBacklog,
  events: ConnectionEvents,
): Connection => new FedConnection(dial, clock, limits, backlog, events);

class FedConnection implements Connection {
  readonly #clock: Clock;
  readonly #limits: ConnectionLimits;
  readonly #backlog: AudioBacklog;
  readonly #events: ConnectionEvents;
  readonly #pacer: CatchUpPacer;
  readonly #socket: DeepgramSocket;
  readonly #stopKeepAlive: () => void;
  readonly #stopPings: () => void;
  readonly #onFlushDue = (): void => this.flush();
  #startBytes = 0;
  #nextBytes = 0;
  #isOpen = false;
  #isOver = false;
  #isPaused = false;
  #unansweredBytes = 0;
  #lastAudioAtMs = 0;
  #stalledSinceMs: number | null = null;
  #unansweredPings = 0;
  /** Since the last time that a ping was due. */
  #wasHeard = false;
  /** The pace or the network keeps audio back: no turn is to try again before its time. */
  #isHeldBack = false;
  #cancelFlush: (() => void) | null = null;

  constructor(
    dial: (events: DeepgramSocketEvents) => DeepgramSocket,
    clock: Clock,
    limits: ConnectionLimits,
    backlog: AudioBacklog,
    events: ConnectionEvents,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#backlog = backlog;
    this.#events = events;
    this.#pacer = createCatchUpPacer(clock, limits);
    this.#lastAudioAtMs = clock.monotonicMs();
    this.#stopKeepAlive = clock.every(limits.keepAliveMs, () => this.#keepAlive());
    this.#stopPings = clock.every(limits.pingMs, () => this.#ping());
    this.#socket = dial({
      opened: () => {
        this.#isOpen = true;
        // What left the backlog during the handshake is not heard by this connection.
        this.#startBytes = backlog.sentBytes;
        this.#nextBytes = this.#startBytes;
        events.opened();
      },
      message: (raw) => this.#onMessage(raw),
      pong: () => this.#onAlive(),
      closed: (failure) => {
        if (this.#isOver) return;
        this.#release();
        events.closed(failure);
      },
    });
  }

  #release(): void {
    this.#isOver = true;
    this.#isOpen = false;
    this.#stopKeepAlive();
    this.#stopPings();
    this.#cancelFlush?.();
  }

  #onMessage(raw: unknown): void {
    if (this.#isOver) return;
    const message = parseDeepgramMessage(raw);
    if (message === null) {
      this.#events.brokenMessage();
      return;
    }
    this.#unansweredBytes = 0;
    this.#onAlive();
    this.#events.message(message, this.#startBytes);
  }

  #onAlive(): void {
    this.#wasHeard = true;
    this.#unansweredPings = 0;
  }

  follow(): void {
    if (!this.#isHeldBack) this.flush();
  }

  flush(): void {
    if (!this.#isOpen) return;
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    const [backlog, socket] = [this.#backlog, this.#socket];
    const nowMs = this.#clock.monotonicMs();
    if (backlog.sentBytes !== this.#nextBytes) {
      // Audio left the backlog before this connection took it: the times of its words would shift.
      socket.terminate();
      return;
    }
    while (backlog.unsentBytes > 0 && socket.bufferedBytes < STALLED_BYTES) {
      const chunk = backlog.take(Math.min(LONGEST_CHUNK_BYTES, this.#pacer.allowance()));
      if (chunk === null) break;
      socket.sendAudio(chunk);
      this.#pacer.spend(chunk.length);
      this.#nextBytes += chunk.length;
      this.#unansweredBytes += chunk.length;
      this.#lastAudioAtMs = nowMs;
      this.#isPaused = false;
    }
    this.#isHeldBack = backlog.unsentBytes > 0;
    if (this.#isDead(nowMs)) socket.terminate();
    else if (this.#isHeldBack) this.#cancelFlush = this.#clock.after(HELD_BACK_MS, this.#onFlushDue);
    else this.#events.caughtUp();
  }

  #isDead(nowMs: number): boolean {
    if (this.#socket.bufferedBytes < STALLED_BYTES) this.#stalledSinceMs = null;
    else this.#stalledSinceMs ??= nowMs;
    const isStalled = this.#stalledSinceMs !== null && nowMs - this.#stalledSinceMs >= this.#limits.stalledAfterMs;
    return isStalled || msOfBytes(this.#unansweredBytes) >= this.#limits.deafAfterMs;
  }

  /** Without audio no utterance ever ends: the words held back are asked for once, and the connection is kept. */
  #keepAlive(): void {
    if (!this.#isOpen || this.#clock.monotonicMs() - this.#lastAudioAtMs < this.#limits.keepAliveMs / 2) return;
    if (!this.#isPaused) this.#socket.finalize();
    this.#isPaused = true;
    this.#socket.keepAlive();
  }

  /** A peer that is gone without a word takes audio until the network's buffers are full, which is minutes. */
  #ping(): void {
    if (!this.#isOpen) return;
    if (this.#unansweredPings >= 2) this.#socket.terminate();
    else if (!this.#wasHeard) {
      this.#unansweredPings += 1;
      this.#socket.ping();
    }
    this.#wasHeard = false;
  }

  closeStream(): void {
    this.#socket.closeStream();
  }

  discard(): void {
    this.#release();
    this.#socket.terminate();
  }
}
