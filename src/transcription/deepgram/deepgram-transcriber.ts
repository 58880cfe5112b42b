import { BYTES_PER_MS, bytesOfMs, msOfBytes } from '../../call/audio.ts';
import type { Clock } from '../../call/clock.ts';
import type { ProviderFailure } from '../../call/failure.ts';
import { type AudioBacklogLimits, createAudioBacklog } from '../audio-backlog.ts';
import { createCoverage } from '../coverage.ts';
import type { Fallback } from '../fallback.ts';
import { createSegmenter } from '../segmenter.ts';
import type { Transcriber, TranscriptOptions, TranscriptSegment, TranscriptStream } from '../transcriber.ts';
import { type Connection, type ConnectionLimits, openConnection } from './connection.ts';
import { type ConnectionEvent, type ConnectionState, nextConnectionState } from './connection-state.ts';
import type { DeepgramMessage, DeepgramResults } from './deepgram-message.ts';
import type { DeepgramSocketEvents, DialDeepgram } from './deepgram-socket.ts';

export interface DeepgramLimits extends ConnectionLimits, AudioBacklogLimits {
  /** How long the last words may take after the last audio. */
  readonly finishMs: number;
}

/** What the service counts and logs of its connections to the recogniser. */
export interface DeepgramObserver {
  reconnecting(): void;
  connectionLost(options: TranscriptOptions, failure: ProviderFailure): void;
  brokenMessage(): void;
  /** Milliseconds from the arrival of a frame to its forwarding; a sample, not every frame. */
  forwarded(ms: number): void;
}

export interface DeepgramDependencies {
  readonly dial: DialDeepgram;
  readonly clock: Clock;
  /** Uniform in [0, 1): spreads the retries of many calls. */
  readonly random: () => number;
  readonly limits: DeepgramLimits;
  /** Whether the process has much to do: audio is then sent in fewer messages. */
  readonly isBusy: () => boolean;
  readonly observer: DeepgramObserver;
  /** Hears the call while Deepgram does not. */
  readonly fallback: Fallback;
}

const FRAMES_PER_FORWARD_SAMPLE = 50;
/** An HTTP status in the place of a connection: 401, 403, 429 and 503 as Deepgram documents them, and their like. */
const REFUSAL = /^[45]\d\d$/;

const OTHER_LANGUAGE: ProviderFailure = {
  provider: 'deepgram',
  code: 'language',
  message: 'the call is in another language',
  retryable: true,
};

/** Speech to text by Deepgram's `/v1/listen`, or by anything that speaks its protocol. */
export const createDeepgramTranscriber = (dependencies: DeepgramDependencies): Transcriber => ({
  open: (options) => openStream(dependencies, options),
});

/** One media stream's transcript, over as many connections as it takes. */
function openStream(
  { dial, clock, random, limits, isBusy, observer, fallback }: DeepgramDependencies,
  options: TranscriptOptions,
): TranscriptStream {
  const coverage = createCoverage();
  const backlog = createAudioBacklog(limits, coverage);
  const segmenter = createSegmenter((callMs) => coverage.isTold(bytesOfMs(callMs - options.startAtMs)));
  const callMsAt = (position: number): number => options.startAtMs + msOfBytes(position);
  const carrier = fallback.follow({
    callSid: options.callSid,
    language: options.language,
    coverage,
    writtenBytes: () => backlog.writtenBytes,
    told: onCarrierWords,
    stopped: onCarrierStopped,
  });
  const forwarding = createForwardSampler();
  let output!: ReadableStreamDefaultController<TranscriptSegment>;
  const segments = new ReadableStream<TranscriptSegment>({
    start: (controller) => {
      output = controller;
    },
  });
  let state: ConnectionState = { name: 'idle' };
  let connection: Connection | null = null;
  let isFinishing = false;
  let cancelRetry: (() => void) | null = null;
  let cancelDeadline: (() => void) | null = null;
  let resolveEnd!: () => void;
  const end = new Promise<void>((resolve) => {
    resolveEnd = resolve;
  });

  function advance(event: ConnectionEvent): void {
    const previous = state.name;
    state = nextConnectionState(state, event, clock.monotonicMs());
    if (state.name === previous) return;
    if (state.name === 'connecting') connect(state.attempt);
    else if (state.name === 'streaming') connection?.flush();
    else if (state.name === 'closing') connection?.closeStream();
    else if (state.name === 'waiting') retryAt(state.retryAtMs);
    else if (state.name === 'closed') close();
  }

  function retryAt(timeMs: number): void {
    cancelRetry = clock.after(timeMs - clock.monotonicMs(), () => advance({ type: 'retry' }));
  }

  function connect(attempt: number): void {
    if (attempt > 0) observer.reconnecting();
    else carrier.away(false);
    backlog.rewind(); // what the carrier has told meanwhile need not be heard again
    const dialNow = (events: DeepgramSocketEvents) => dial(options.language(), events);
    connection = openConnection(dialNow, clock, limits, backlog, isBusy, {
      opened() {
        carrier.opened();
        advance({ type: 'opened' });
      },
      message: onMessage,
      brokenMessage: observer.brokenMessage,
      caughtUp() {
        forwarding.sent(backlog.sentBytes);
        if (isFinishing) advance({ type: 'drained' });
      },
      closed: onClosed,
    });
  }

  function onClosed(failure: ProviderFailure): void {
    connection = null;
    // Deepgram closes with 1000 once everything is said; some servers leave the code out (1005).
    if (state.name === 'closing' && (failure.code === '1000' || failure.code === '1005')) {
      everythingSaid();
    } else {
      observer.connectionLost(options, failure);
      backlog.rewind();
      carrier.away(REFUSAL.test(failure.code));
      advance({ type: 'lost', jitter: random() });
      finishIfSettled();
    }
  }

  function everythingSaid(): void {
    backlog.settle(backlog.writtenBytes);
    advance({ type: 'finished' });
  }

  function onMessage(message: DeepgramMessage, startBytes: number): void {
    advance({ type: 'heard' });
    if (message.type === 'Results') onResults(message, startBytes);
    else if (message.type === 'Metadata' && state.name === 'closing') everythingSaid();
  }

  function onResults({ start, duration, is_final: isFinal, channel }: DeepgramResults, startBytes: number): void {
    const positionOf = (seconds: number): number => startBytes + seconds * 1000 * BYTES_PER_MS;
    const callMsOf = (seconds: number): number => callMsAt(positionOf(seconds));
    carrier.heard(startBytes);
    // A final result answers for all of its span; an interim one says that nothing before it is still open.
    backlog.settle(positionOf(isFinal ? start + duration : start));
    const best = channel.alternatives[0];
    if (best === undefined || best.transcript === '') return;
    const words = best.words.map((word) => ({
      text: word.punctuated_word ?? word.word,
      startMs: callMsOf(word.start),
      endMs: callMsOf(word.end),
    }));
    const whole = { text: best.transcript, startMs: callMsOf(start), endMs: callMsOf(start + duration) };
    const segment = segmenter.accept({ isFinal, text: best.transcript, words: words.length > 0 ? words : [whole] });
    if (segment !== null) output.enqueue(segment);
  }

  function onCarrierWords(text: string, fromByte: number, untilByte: number): void {
    const startMs = Math.round(callMsAt(fromByte));
    output.enqueue({ isFinal: true, speaker: 'unknown', text, startMs, endMs: Math.round(callMsAt(untilByte)) });
  }

  function onCarrierStopped(): void {
    if (state.name !== 'connecting' && state.name !== 'waiting') return;
    backlog.rewind();
    finishIfSettled();
  }

  /** When the carrier has told the rest, there is nothing left that Deepgram is needed for. */
  function finishIfSettled(): void {
    if (isFinishing && backlog.isSettled) advance({ type: 'finished' });
  }

  function close(): void {
    carrier.close();
    backlog.abandon();
    cancelRetry?.();
    cancelDeadline?.();
    connection?.discard();
    connection = null;
    output.close();
    resolveEnd();
  }

  function createForwardSampler() {
    let frames = 0;
    let sample: { readonly position: number; readonly atMs: number } | null = null;
    return {
      received(position: number): void {
        if (frames++ % FRAMES_PER_FORWARD_SAMPLE === 0) sample ??= { position, atMs: clock.monotonicMs() };
      },
      sent(position: number): void {
        if (sample === null || position < sample.position) return;
        observer.forwarded(clock.monotonicMs() - sample.atMs);
        sample = null;
      },
    };
  }

  return {
    write(frame) {
      if (isFinishing) return;
      backlog.write(frame);
      forwarding.received(backlog.writtenBytes);
      carrier.audio();
      if (state.name === 'idle') advance({ type: 'audio' });
      else connection?.pump();
    },
    languageChanged() {
      connection?.discard();
      if (connection !== null) onClosed(OTHER_LANGUAGE);
    },
    finish() {
      if (isFinishing) return end;
      isFinishing = true;
      carrier.finish();
      if (state.name === 'idle') advance({ type: 'finished' });
      else {
        cancelDeadline = clock.after(limits.finishMs, () => advance({ type: 'finished' }));
        connection?.flush();
      }
      return end;
    },
    get blindMs() {
      return backlog.blindMs;
    },
    get unansweredMs() {
      return backlog.unansweredMs;
    },
    [Symbol.asyncIterator]: () => segments[Symbol.asyncIterator](),
  };
}
