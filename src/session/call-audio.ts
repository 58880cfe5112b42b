import { msOfBytes } from '../call/audio.ts';
import { type Clock, withinDeadline } from '../call/clock.ts';
import type {
  Transcriber,
  TranscriptOptions,
  TranscriptSegment,
  TranscriptStream,
} from '../transcription/transcriber.ts';

/** Where one media stream's audio goes. */
export interface AudioSink {
  /** O(1) and synchronous: called for every media frame. */
  write(frame: Uint8Array): void;
  /** No more frames are at hand: what was written may go on its way. */
  flush(): void;
  /** Audio of the call that never reached us, milliseconds: no more than its stream has lasted beyond what did. */
  missed(ms: number): void;
  /** `stopped`: Twilio said so; `lost`: the socket is gone, and the call may come back with another one. */
  close(reason: StreamEnd): void;
}

export type StreamEnd = 'stopped' | 'lost';

/** The audio of one call, over all its media streams, and the transcript that comes of it. */
export interface CallAudio {
  /** What is spoken is another language than was thought. */
  languageChanged(): void;
  /** Begins a stream. The newest wins: `release` is called when this one no longer counts. */
  attach(release: () => void): AudioSink;
  /**
   * Waits for the last words, called once. A stream that is still open has `stopMs` to stop by itself, for its last audio
   * may be on the way; then it is closed as if Twilio had.
   */
  finish(stopMs: number): Promise<void>;
  /** Milliseconds of the call that no recogniser ever processed: lost audio, and gaps between its streams. */
  readonly blindMs: number;
  /** How long a lost stream has been missed. It becomes blind time when another opens here, or when the call ends. */
  readonly lostMs: number;
  /** How long ago the audio came that was answered for last; 0 before the first. */
  readonly unansweredSinceMs: number;
}

export interface CallAudioEvents {
  /** `ageMs`: how long ago the segment's last audio arrived. */
  segment(segment: TranscriptSegment, ageMs: number): void;
  attached(): void;
  detached(reason: StreamEnd): void;
  /** No stream is open, and the last words of all of them are out. */
  drained(): void;
  /** A bug of ours cost a segment; the call itself goes on. */
  failed(error: unknown): void;
}

export const createCallAudio = (
  options: Pick<TranscriptOptions, 'callSid' | 'language'>,
  transcriber: Transcriber,
  clock: Clock,
  events: CallAudioEvents,
): CallAudio => new TimelineAudio(options, transcriber, clock, events);

class TimelineAudio implements CallAudio {
  readonly #options: Pick<TranscriptOptions, 'callSid' | 'language'>;
  readonly #transcriber: Transcriber;
  readonly #clock: Clock;
  readonly #events: CallAudioEvents;
  readonly #transcripts = new Set<TranscriptStream>();
  readonly #finishing = new Map<TranscriptStream, Promise<void>>();
  #current: OpenStream | null = null;
  #startedAtMs: number | null = null;
  /** When the call's last audio came, or its first stream was opened. */
  #lastAudioAtMs = 0;
  #isLost = false;
  /** Where the call's audio ends so far, on the call's timeline. */
  #heardUntilMs = 0;
  #unheardMs = 0;

  constructor(
    options: Pick<TranscriptOptions, 'callSid' | 'language'>,
    transcriber: Transcriber,
    clock: Clock,
    events: CallAudioEvents,
  ) {
    this.#options = options;
    this.#transcriber = transcriber;
    this.#clock = clock;
    this.#events = events;
  }

  attach(release: () => void): AudioSink {
    const nowMs = this.#clock.monotonicMs();
    if (this.#startedAtMs !== null) this.#unheardMs += nowMs - this.#lastAudioAtMs;
    this.#startedAtMs ??= nowMs;
    this.#lastAudioAtMs = nowMs;
    this.#isLost = false;
    this.#releaseCurrent();
    const startAtMs = Math.max(this.#heardUntilMs, nowMs - this.#startedAtMs);
    const transcript = this.#transcriber.open({ ...this.#options, startAtMs }, (segment) => this.#onSegment(segment));
    this.#transcripts.add(transcript);
    this.#current = openStream(transcript, release);
    this.#events.attached();
    return new StreamSink(this, transcript, startAtMs, this.#clock);
  }

  #releaseCurrent(): void {
    if (this.#current === null) return;
    this.#current.release();
    this.#finish(this.#current.transcript);
    this.#current = null;
  }

  /** The newest stream's audio reaches to here on the call's timeline. */
  heard(untilMs: number): void {
    this.#lastAudioAtMs = this.#clock.monotonicMs();
    this.#heardUntilMs = untilMs;
  }

  missed(ms: number): void {
    this.#unheardMs += ms;
  }

  closed(transcript: TranscriptStream, reason: StreamEnd): void {
    this.#finish(transcript);
    if (this.#current?.transcript !== transcript) return;
    this.#current.onClosed();
    this.#current = null;
    this.#isLost = reason === 'lost';
    this.#events.detached(reason);
  }

  #finish(transcript: TranscriptStream): void {
    if (!this.#transcripts.has(transcript) || this.#finishing.has(transcript)) return;
    const work = transcript
      .finish()
      .catch(this.#events.failed)
      .then(() => {
        this.#finishing.delete(transcript);
        this.#transcripts.delete(transcript);
        this.#unheardMs += transcript.blindMs;
        if (this.#current === null && this.#transcripts.size === 0) this.#events.drained();
      })
      .catch(this.#events.failed);
    this.#finishing.set(transcript, work);
  }

  #onSegment(segment: TranscriptSegment): void {
    try {
      const sinceMs = this.#clock.monotonicMs() - this.#lastAudioAtMs;
      this.#events.segment(segment, this.#heardUntilMs - segment.endMs + sinceMs);
    } catch (error) {
      this.#events.failed(error);
    }
  }

  languageChanged(): void {
    this.#current?.transcript.languageChanged();
  }

  async finish(stopMs: number): Promise<void> {
    if (this.#current !== null && stopMs > 0) await withinDeadline(this.#clock, stopMs, this.#current.closed);
    this.#unheardMs += this.#missingMs();
    this.#isLost = false;
    this.#releaseCurrent();
    await Promise.all(this.#finishing.values());
  }

  #missingMs(): number {
    return this.#isLost ? this.#clock.monotonicMs() - this.#lastAudioAtMs : 0;
  }

  get lostMs(): number {
    return Math.round(this.#missingMs());
  }

  get unansweredSinceMs(): number {
    if (this.#startedAtMs === null) return 0;
    const sinceMs = this.#clock.monotonicMs() - this.#lastAudioAtMs;
    return Math.round(sinceMs + (this.#current?.transcript.unansweredMs ?? 0));
  }

  get blindMs(): number {
    let blindMs = this.#unheardMs;
    for (const transcript of this.#transcripts) blindMs += transcript.blindMs;
    return Math.round(blindMs);
  }
}

class StreamSink implements AudioSink {
  readonly #audio: TimelineAudio;
  readonly #transcript: TranscriptStream;
  readonly #startAtMs: number;
  readonly #clock: Clock;
  readonly #attachedAtMs: number;
  #receivedBytes = 0;
  /** As far as the call's timeline knows. */
  #toldBytes = 0;
  #missedMs = 0;

  constructor(audio: TimelineAudio, transcript: TranscriptStream, startAtMs: number, clock: Clock) {
    this.#audio = audio;
    this.#transcript = transcript;
    this.#startAtMs = startAtMs;
    this.#clock = clock;
    this.#attachedAtMs = clock.monotonicMs();
  }

  write(frame: Uint8Array): void {
    this.#receivedBytes += frame.length;
    this.#transcript.write(frame);
  }

  flush(): void {
    this.#tell();
    this.#transcript.flush();
  }

  /** Once for all that a turn brought. */
  #tell(): void {
    if (this.#toldBytes === this.#receivedBytes) return;
    this.#toldBytes = this.#receivedBytes;
    this.#audio.heard(this.#startAtMs + msOfBytes(this.#receivedBytes));
  }

  missed(ms: number): void {
    const lastedMs = this.#clock.monotonicMs() - this.#attachedAtMs;
    const missedMs = Math.max(0, Math.min(ms, lastedMs - msOfBytes(this.#receivedBytes) - this.#missedMs));
    this.#missedMs += missedMs;
    this.#audio.missed(missedMs);
  }

  close(reason: StreamEnd): void {
    this.#tell();
    this.#audio.closed(this.#transcript, reason);
  }
}

interface OpenStream {
  readonly transcript: TranscriptStream;
  readonly release: () => void;
  readonly closed: Promise<void>;
  readonly onClosed: () => void;
}

function openStream(transcript: TranscriptStream, release: () => void): OpenStream {
  let onClosed!: () => void;
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  return { transcript, release, closed, onClosed };
}
