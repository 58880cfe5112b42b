import { BYTES_PER_MS, bytesOfMs, msOfBytes } from '../../call/audio.ts';
import type { ProviderFailure } from '../../call/failure.ts';
import { type AudioBacklog, createAudioBacklog } from '../audio-backlog.ts';
import { type ChunkPool, createChunkPool } from '../chunk-pool.ts';
import { createCoverage } from '../coverage.ts';
import type { StreamFallback } from '../fallback.ts';
import { createSegmenter, type Segmenter } from '../segmenter.ts';
import type { Transcriber, TranscriptOptions, TranscriptSegment, TranscriptStream } from '../transcriber.ts';
import { type Connection, openConnection } from './connection.ts';
import { type ConnectionEvent, type ConnectionState, nextConnectionState } from './connection-state.ts';
import type { DeepgramDependencies } from './deepgram-dependencies.ts';
import type { DeepgramMessage, DeepgramResults } from './deepgram-message.ts';
import type { DeepgramSocketEvents } from './deepgram-socket.ts';

const FLUSHES_PER_FORWARD_SAMPLE = 20;
/** An HTTP status in the place of a connection: 401, 403, 429 and 503 as Deepgram documents them, and their like. */
const REFUSAL = /^[45]\d\d$/;

const OTHER_LANGUAGE: ProviderFailure = {
  provider: 'deepgram',
  code: 'language',
  message: 'the call is in another language',
  retryable: true,
};

/** Speech to text by Deepgram's `/v1/listen`, or by anything that speaks its protocol. */
export function createDeepgramTranscriber(dependencies: DeepgramDependencies): Transcriber {
  const pool = createChunkPool();
  return { open: (options, onSegment) => new DeepgramStream(dependencies, pool, options, onSegment) };
}

/** One media stream's transcript, over as many connections as it takes. */
class DeepgramStream implements TranscriptStream {
  readonly #dependencies: DeepgramDependencies;
  readonly #options: TranscriptOptions;
  readonly #backlog: AudioBacklog;
  readonly #segmenter: Segmenter;
  readonly #carrier: StreamFallback;
  readonly #onSegment: (segment: TranscriptSegment) => void;
  #state: ConnectionState = { name: 'idle' };
  #connection: Connection | null = null;
  #isFinishing = false;
  #cancelRetry: (() => void) | null = null;
  #cancelDeadline: (() => void) | null = null;
  #resolveEnd!: () => void;
  readonly #end = new Promise<void>((resolve) => {
    this.#resolveEnd = resolve;
  });
  #flushes = 0;
  #isFlushed = true;
  /** When the first audio came that was not flushed yet, or was flushed last. */
  #readAtMs = 0;
  /** Where the audio stands whose forwarding is measured, and when it came. */
  #sampleBytes = Number.POSITIVE_INFINITY;
  #sampledAtMs = 0;

  constructor(
    dependencies: DeepgramDependencies,
    pool: ChunkPool,
    options: TranscriptOptions,
    onSegment: (segment: TranscriptSegment) => void,
  ) {
    this.#dependencies = dependencies;
    this.#options = options;
    this.#onSegment = onSegment;
    const { limits } = dependencies;
    const coverage = createCoverage();
    this.#backlog = createAudioBacklog(limits, pool, coverage);
    this.#segmenter = createSegmenter((callMs) => coverage.isTold(bytesOfMs(callMs - options.startAtMs)));
    this.#carrier = dependencies.fallback.follow({
      callSid: options.callSid,
      language: options.language,
      coverage,
      writtenBytes: () => this.#backlog.writtenBytes,
      told: (text, fromByte, untilByte) => this.#onCarrierWords(text, fromByte, untilByte),
      stopped: () => this.#onCarrierStopped(),
    });
  }

  #callMsAt(position: number): number {
    return this.#options.startAtMs + msOfBytes(position);
  }

  #advance(event: ConnectionEvent): void {
    const previous = this.#state.name;
    this.#state = nextConnectionState(this.#state, event, this.#dependencies.clock.monotonicMs());
    if (this.#state.name === previous) return;
    if (this.#state.name === 'connecting') this.#connect(this.#state.attempt);
    else if (this.#state.name === 'streaming') this.#connection?.flush();
    else if (this.#state.name === 'closing') this.#connection?.closeStream();
    else if (this.#state.name === 'waiting') this.#retryAt(this.#state.retryAtMs);
    else if (this.#state.name === 'closed') this.#close();
  }

  #retryAt(timeMs: number): void {
    const { clock } = this.#dependencies;
    this.#cancelRetry = clock.after(timeMs - clock.monotonicMs(), () => this.#advance({ type: 'retry' }));
  }

  #connect(attempt: number): void {
    const { dial, clock, limits, observer } = this.#dependencies;
    if (attempt > 0) observer.reconnecting();
    else this.#carrier.away(false);
    this.#backlog.rewind(); // what the carrier has told meanwhile need not be heard again
    const dialNow = (events: DeepgramSocketEvents) => dial(this.#options.language(), events);
    this.#connection = openConnection(dialNow, clock, limits, this.#backlog, {
      opened: () => {
        this.#carrier.opened();
        this.#advance({ type: 'opened' });
      },
      message: (message, startBytes) => this.#onMessage(message, startBytes),
      brokenMessage: observer.brokenMessage,
      caughtUp: () => this.#onCaughtUp(),
      closed: (failure) => this.#onClosed(failure),
    });
  }

  #onCaughtUp(): void {
    if (this.#backlog.sentBytes >= this.#sampleBytes) {
      this.#dependencies.observer.forwarded(this.#dependencies.clock.monotonicMs() - this.#sampledAtMs);
      this.#sampleBytes = Number.POSITIVE_INFINITY;
    }
    if (this.#isFinishing) this.#advance({ type: 'drained' });
  }

  #onClosed(failure: ProviderFailure): void {
    this.#connection = null;
    // Deepgram closes with 1000 once everything is said; some servers leave the code out (1005).
    if (this.#state.name === 'closing' && (failure.code === '1000' || failure.code === '1005')) {
      this.#everythingSaid();
    } else {
      this.#dependencies.observer.connectionLost(this.#options, failure);
      this.#backlog.rewind();
      this.#carrier.away(REFUSAL.test(failure.code));
      this.#advance({ type: 'lost', jitter: this.#dependencies.random() });
      this.#finishIfSettled();
    }
  }

  #everythingSaid(): void {
    this.#backlog.settle(this.#backlog.writtenBytes);
    this.#advance({ type: 'finished' });
  }

  #onMessage(message: DeepgramMessage, startBytes: number): void {
    this.#advance({ type: 'heard' });
    if (message.type === 'Results') this.#onResults(message, startBytes);
    else if (message.type === 'Metadata' && this.#state.name === 'closing') this.#everythingSaid();
  }

  #onResults({ start, duration, is_final: isFinal, channel }: DeepgramResults, startBytes: number): void {
    const positionOf = (seconds: number): number => startBytes + seconds * 1000 * BYTES_PER_MS;
    const callMsOf = (seconds: number): number => this.#callMsAt(positionOf(seconds));
    this.#carrier.heard(startBytes);
    // A final result answers for all of its span; an interim one says that nothing before it is still open.
    this.#backlog.settle(positionOf(isFinal ? start + duration : start));
    const best = channel.alternatives[0];
    if (best === undefined || best.transcript === '') return;
    const words = best.words.map((word) => ({
      text: word.punctuated_word ?? word.word,
      startMs: callMsOf(word.start),
      endMs: callMsOf(word.end),
    }));
    const whole = { text: best.transcript, startMs: callMsOf(start), endMs: callMsOf(start + duration) };
    const segment = this.#segmenter.accept({
      isFinal,
      text: best.transcript,
      words: words.length > 0 ? words : [whole],
    });
    if (segment !== null) this.#onSegment(segment);
  }

  #onCarrierWords(text: string, fromByte: number, untilByte: number): void {
    const startMs = Math.round(this.#callMsAt(fromByte));
    const endMs = Math.round(this.#callMsAt(untilByte));
    this.#onSegment({ isFinal: true, speaker: 'unknown', text, startMs, endMs });
  }

  #onCarrierStopped(): void {
    if (this.#state.name !== 'connecting' && this.#state.name !== 'waiting') return;
    this.#backlog.rewind();
    this.#finishIfSettled();
  }

  /** When the carrier has told the rest, there is nothing left that Deepgram is needed for. */
  #finishIfSettled(): void {
    if (this.#isFinishing && this.#backlog.isSettled) this.#advance({ type: 'finished' });
  }

  #close(): void {
    this.#carrier.close();
    this.#backlog.abandon();
    this.#cancelRetry?.();
    this.#cancelDeadline?.();
    this.#connection?.discard();
    this.#connection = null;
    this.#resolveEnd();
  }

  write(frame: Uint8Array): void {
    if (this.#isFinishing) return;
    if (this.#isFlushed) this.#readAtMs = this.#dependencies.clock.monotonicMs();
    this.#isFlushed = false;
    this.#backlog.write(frame);
  }

  flush(): void {
    if (this.#isFinishing || this.#backlog.unsentBytes === 0) return;
    if (this.#flushes++ % FLUSHES_PER_FORWARD_SAMPLE === 0 && this.#sampleBytes === Number.POSITIVE_INFINITY) {
      this.#sampleBytes = this.#backlog.writtenBytes;
      this.#sampledAtMs = this.#readAtMs;
    }
    this.#isFlushed = true;
    this.#carrier.audio();
    if (this.#state.name === 'idle') this.#advance({ type: 'audio' });
    else this.#connection?.follow();
  }

  languageChanged(): void {
    this.#connection?.discard();
    if (this.#connection !== null) this.#onClosed(OTHER_LANGUAGE);
  }

  finish(): Promise<void> {
    if (this.#isFinishing) return this.#end;
    this.flush();
    this.#isFinishing = true;
    this.#carrier.finish();
    if (this.#state.name === 'idle') this.#advance({ type: 'finished' });
    else {
      const { clock, limits } = this.#dependencies;
      this.#cancelDeadline = clock.after(limits.finishMs, () => this.#advance({ type: 'finished' }));
      this.#connection?.flush();
    }
    return this.#end;
  }

  get blindMs(): number {
    return this.#backlog.blindMs;
  }

  get unansweredMs(): number {
    return this.#backlog.unansweredMs;
  }
}
