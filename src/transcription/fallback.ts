import { randomUUID } from 'node:crypto';
import { bytesOfMs } from '../call/audio.ts';
import type { Clock } from '../call/clock.ts';
import type { ProviderFailure } from '../call/failure.ts';
import type { CallSid } from '../call/ids.ts';
import type { CarrierMessage, CarrierRecogniser } from './carrier-recogniser.ts';
import type { Coverage } from './coverage.ts';
import {
  type FallbackEvent,
  type FallbackState,
  type FallbackTimes,
  nextFallbackState,
  RESTING,
} from './fallback-state.ts';

/** The carrier's recogniser, for all the streams whose own recogniser fails. */
export interface Fallback {
  follow(stream: FollowedStream): StreamFallback;
  /** What the carrier's recogniser said of a call; nothing happens when no stream here asked for it. */
  hear(message: CarrierMessage): void;
}

/** A stream as the fallback sees it. Positions are bytes since the stream began. */
export interface FollowedStream {
  readonly callSid: CallSid;
  /** BCP 47. */
  language(): string;
  readonly coverage: Coverage;
  writtenBytes(): number;
  /** Words of the carrier's, and roughly where they stand. */
  told(text: string, fromByte: number, untilByte: number): void;
  /** The carrier has said all that it will say of the stream so far. */
  stopped(): void;
}

/** One stream's fallback: is told how the main recogniser fares. */
export interface StreamFallback {
  /** Audio has come: O(1). */
  audio(): void;
  /** There is no connection to the main recogniser. `isRefused`: it said so itself. */
  away(isRefused: boolean): void;
  opened(): void;
  /** The main recogniser has said something, on a connection whose audio begins at this position. */
  heard(position: number): void;
  /** No more audio will come: draws out the carrier's last words. */
  finish(): void;
  /** Nothing that is said from now on will count. */
  close(): void;
}

export interface FallbackObserver {
  event(outcome: 'started' | 'stopped' | 'start_failed' | 'stop_failed' | 'broke'): void;
  failed(callSid: CallSid, failure: ProviderFailure): void;
}

export interface FallbackDependencies {
  readonly carrier: CarrierRecogniser;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly limits: FallbackTimes;
  readonly observer: FallbackObserver;
}

/** An utterance is told to be over by the silence behind it, so its last word is at least this old when it comes. */
const SILENCE_BYTES = bytesOfMs(300);
/** 150 words a minute. */
const WORD_BYTES = bytesOfMs(400);

export function createFallback(dependencies: FallbackDependencies): Fallback {
  const streams = new Map<CallSid, Set<(message: CarrierMessage) => void>>();

  return {
    follow(stream) {
      const { hear, ...fallback } = followStream(dependencies, stream);
      const listeners = streams.get(stream.callSid) ?? new Set();
      streams.set(stream.callSid, listeners.add(hear));
      return {
        ...fallback,
        close() {
          fallback.close();
          listeners.delete(hear);
          if (listeners.size === 0) streams.delete(stream.callSid);
        },
      };
    },
    hear(message) {
      for (const hear of streams.get(message.callSid) ?? []) hear(message);
    },
  };
}

/** One start of the carrier's recogniser. */
interface Start {
  readonly id: string;
  transcriptionSid: string | null;
  /** It has said something: only then is it believed to listen. */
  isProven: boolean;
  /** The numbers of its messages so far, and, once it has stopped, of its last. */
  readonly sequences: Set<number>;
  lastSequence: number | null;
}

function followStream(
  { carrier, clock, random, limits, observer }: FallbackDependencies,
  { callSid, language, coverage, writtenBytes, told, stopped }: FollowedStream,
) {
  let state: FallbackState = RESTING;
  let latest: Start | null = null;

  function advance(event: FallbackEvent): void {
    const previous = state.name;
    state = nextFallbackState(state, event, clock.monotonicMs(), limits);
    if (state.name === previous) return;
    if (state.name === 'starting' && previous === 'waiting') void begin();
    else if (previous === 'covering' && event.type !== 'failed' && latest !== null) void stop(latest);
  }

  async function begin(): Promise<void> {
    const start: Start = {
      id: randomUUID(),
      transcriptionSid: null,
      isProven: false,
      sequences: new Set(),
      lastSequence: null,
    };
    latest = start;
    const answer = await carrier.start(callSid, start.id, language());
    if (!answer.ok) {
      observer.event('start_failed');
      observer.failed(callSid, answer.failure);
      if (latest === start) advance({ type: 'failed', jitter: random() });
      return;
    }
    observer.event('started');
    start.transcriptionSid = answer.transcriptionSid;
    const isWanted = latest === start && state.name === 'starting';
    if (latest === start) advance({ type: 'started' });
    if (!isWanted) void stop(start);
  }

  async function stop({ transcriptionSid }: Start): Promise<void> {
    if (transcriptionSid === null) return;
    const failure = await carrier.stop(callSid, transcriptionSid);
    observer.event(failure === null ? 'stopped' : 'stop_failed');
    if (failure !== null) observer.failed(callSid, failure);
  }

  function hear({ startId, sequence, event }: CarrierMessage): void {
    const start = latest;
    if (start === null || (startId !== null && startId !== start.id) || isRepeat(start, sequence)) return;
    if (event.type === 'error') {
      onError(start, event.failure);
      return;
    }
    prove(start);
    if (event.type === 'final' && start.isProven) tell(start, event.text);
    else if (event.type === 'stopped') onStopped(start, sequence);
    if (state.name === 'over' && isComplete(start)) stopped();
  }

  function isRepeat({ sequences }: Start, sequence: number | null): boolean {
    if (sequence === null) return false;
    const isKnown = sequences.has(sequence);
    sequences.add(sequence);
    return isKnown;
  }

  /** It has stopped, and none of its messages, which it counts from 1, is still on the way. */
  const isComplete = ({ lastSequence, sequences }: Start): boolean =>
    lastSequence !== null && sequences.size >= lastSequence;

  /** Its audio may run ahead of our stream's or behind: a word that stands twice there is better than one that is lost. */
  function prove(start: Start): void {
    const isAsked = state.name === 'starting' || state.name === 'covering' || state.name === 'over';
    if (start.isProven || !isAsked) return;
    start.isProven = true;
    coverage.begin(writtenBytes());
  }

  /**
   * The carrier tells no times. The words are taken to end with the silence that ended them, and to have been spoken at
   * the usual pace since what was told before. Those that the main recogniser has taken up meanwhile are its own.
   */
  function tell({ lastSequence }: Start, text: string): void {
    const words = text.split(/\s+/).filter(Boolean);
    const span = coverage.latest;
    if (span === null || words.length === 0) return;
    const { told: before, until } = span;
    if (before >= until) {
      // Its end has overtaken its last words, which nobody else has told.
      if (lastSequence !== null && state.name !== 'resting') told(text, until, until);
      return;
    }
    const untilByte = Math.max(before, writtenBytes() - SILENCE_BYTES);
    const fromByte = Math.max(before, untilByte - words.length * WORD_BYTES);
    const wordBytes = (untilByte - fromByte) / words.length;
    const kept = words.filter((_, i) => fromByte + (i + 0.5) * wordBytes < until);
    coverage.tell(untilByte);
    if (kept.length > 0) told(kept.join(' '), fromByte, Math.min(untilByte, until));
  }

  function onStopped(start: Start, sequence: number | null): void {
    start.lastSequence = sequence ?? 0;
    coverage.tell(writtenBytes());
    coverage.giveBack(writtenBytes());
    if (state.name === 'covering') broke();
  }

  function onError(start: Start, failure: ProviderFailure): void {
    observer.failed(callSid, failure);
    coverage.breakOff();
    if (state.name === 'covering') void stop(start);
    broke();
  }

  function broke(): void {
    observer.event('broke');
    advance({ type: 'failed', jitter: random() });
  }

  return {
    hear,
    audio() {
      if (state.name === 'waiting') advance({ type: 'audio' });
    },
    away: (isRefused: boolean) => advance({ type: 'away', isRefused }),
    opened: () => advance({ type: 'opened' }),
    heard(position: number) {
      coverage.giveBack(position);
      advance({ type: 'heard' });
    },
    finish: () => advance({ type: 'finished' }),
    close() {
      advance({ type: 'finished' });
      coverage.breakOff();
    },
  };
}
