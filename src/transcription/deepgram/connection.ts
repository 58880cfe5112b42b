import { BYTES_PER_MS, bytesOfMs, msOfBytes } from '../../call/audio.ts';
import { type Clock, every } from '../../call/clock.ts';
import type { ProviderFailure } from '../../call/failure.ts';
import type { AudioBacklog } from '../audio-backlog.ts';
import { type CatchUpLimits, createCatchUpPacer } from '../catch-up-pacer.ts';
import { type DeepgramMessage, parseDeepgramMessage } from './deepgram-message.ts';
import type { DeepgramSocket, DeepgramSocketEvents } from './deepgram-socket.ts';

export interface ConnectionLimits extends CatchUpLimits {
  /** How much audio is gathered for one message, which costs a call of the system, whatever is in it; and how long. */
  readonly gatherMs: number;
  /** The same while a word is being said, which somebody may be waiting for, and the process has time. */
  readonly gatherWordMs: number;
  /** Deepgram closes after 10 s without audio or KeepAlive (https://developers.deepgram.com/docs/audio-keep-alive). */
  readonly keepAliveMs: number;
  /** Audio that an open connection may take without any answer before it counts as deaf. */
  readonly deafAfterMs: number;
  /** How long the network may refuse to take audio before the connection counts as lost. */
  readonly stalledAfterMs: number;
  /** Two WebSocket pings in a row without an answer, this far apart, and the connection counts as lost. */
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
  /** Audio has come: sends it when there is enough for a message, or when no more comes in time. */
  pump(): void;
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

export function openConnection(
  dial: (events: DeepgramSocketEvents) => DeepgramSocket,
  clock: Clock,
  limits: ConnectionLimits,
  backlog: AudioBacklog,
  isBusy: () => boolean,
  events: ConnectionEvents,
): Connection {
  const gatherBytes = bytesOfMs(limits.gatherMs);
  const gatherWordBytes = bytesOfMs(limits.gatherWordMs);
  const pacer = createCatchUpPacer(clock, limits);
  let startBytes = 0;
  let nextBytes = 0;
  let isOpen = false;
  let isOver = false;
  let isPaused = false;
  let unansweredBytes = 0;
  let lastAudioAtMs = clock.monotonicMs();
  let stalledSinceMs: number | null = null;
  let unansweredPings = 0;
  let isWordPending = false;
  /** The pace or the network keeps audio back: no frame is to try again before its time. */
  let isHeldBack = false;
  let cancelFlush: (() => void) | null = null;
  const stopKeepAlive = every(clock, limits.keepAliveMs, keepAlive);
  const stopPings = every(clock, limits.pingMs, ping);
  const socket: DeepgramSocket = dial({
    opened() {
      isOpen = true;
      // What left the ring during the handshake is not heard by this connection.
      startBytes = backlog.sentBytes;
      nextBytes = startBytes;
      events.opened();
    },
    message: onMessage,
    pong() {
      unansweredPings = 0;
    },
    closed(failure) {
      if (isOver) return;
      release();
      events.closed(failure);
    },
  });

  function release(): void {
    isOver = true;
    isOpen = false;
    stopKeepAlive();
    stopPings();
    cancelFlush?.();
  }

  function onMessage(raw: unknown): void {
    if (isOver) return;
    const message = parseDeepgramMessage(raw);
    if (message === null) {
      events.brokenMessage();
      return;
    }
    unansweredBytes = 0;
    unansweredPings = 0;
    isWordPending = leavesWordPending(message);
    events.message(message, startBytes);
  }

  function pump(): void {
    if (!isOpen || isHeldBack) return;
    const enoughBytes = isWordPending && !isBusy() ? gatherWordBytes : gatherBytes;
    if (backlog.unsentBytes >= enoughBytes) flush();
    else cancelFlush ??= clock.after(limits.gatherMs, flush);
  }

  function flush(): void {
    if (!isOpen) return;
    cancelFlush?.();
    cancelFlush = null;
    if (backlog.sentBytes !== nextBytes) {
      // Audio left the ring before this connection took it: the times of its words would shift.
      socket.terminate();
      return;
    }
    while (socket.bufferedBytes < STALLED_BYTES) {
      const chunk = backlog.take(Math.min(LONGEST_CHUNK_BYTES, pacer.allowance()));
      if (chunk === null) break;
      socket.sendAudio(chunk);
      pacer.spend(chunk.length);
      nextBytes += chunk.length;
      unansweredBytes += chunk.length;
      lastAudioAtMs = clock.monotonicMs();
      isPaused = false;
    }
    isHeldBack = backlog.unsentBytes > 0;
    if (isDead()) socket.terminate();
    else if (isHeldBack) cancelFlush = clock.after(HELD_BACK_MS, flush);
    else events.caughtUp();
  }

  function isDead(): boolean {
    if (socket.bufferedBytes < STALLED_BYTES) stalledSinceMs = null;
    else stalledSinceMs ??= clock.monotonicMs();
    const isStalled = stalledSinceMs !== null && clock.monotonicMs() - stalledSinceMs >= limits.stalledAfterMs;
    return isStalled || msOfBytes(unansweredBytes) >= limits.deafAfterMs;
  }

  /** Without audio no utterance ever ends: the words held back are asked for once, and the connection is kept. */
  function keepAlive(): void {
    if (!isOpen || clock.monotonicMs() - lastAudioAtMs < limits.keepAliveMs / 2) return;
    if (!isPaused) socket.finalize();
    isPaused = true;
    socket.keepAlive();
  }

  /** A peer that is gone without a word takes audio until the network's buffers are full, which is minutes. */
  function ping(): void {
    if (!isOpen) return;
    if (unansweredPings >= 2) {
      socket.terminate();
      return;
    }
    unansweredPings += 1;
    socket.ping();
  }

  return {
    pump,
    flush,
    closeStream: () => socket.closeStream(),
    discard() {
      release();
      socket.terminate();
    },
  };
}

/** Words were heard that are not final yet, or are about to be. */
function leavesWordPending(message: DeepgramMessage): boolean {
  if (message.type !== 'Results') return message.type === 'SpeechStarted';
  return !message.is_final && message.channel.alternatives[0]?.transcript !== '';
}
