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
  /** Audio of the call that never reached us, milliseconds. */
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
  /** A bug of ours cost a segment, or the rest of a stream's transcript; the call itself goes on. */
  failed(error: unknown): void;
}

export function createCallAudio(
  { callSid, language }: Pick<TranscriptOptions, 'callSid' | 'language'>,
  transcriber: Transcriber,
  clock: Clock,
  events: CallAudioEvents,
): CallAudio {
  const transcripts = new Set<TranscriptStream>();
  const consuming = new Set<Promise<void>>();
  let current: OpenStream | null = null;
  let startedAtMs: number | null = null;
  /** When the call's last audio came, or its first stream was opened. */
  let lastAudioAtMs = 0;
  let isLost = false;
  /** Where the call's audio ends so far, on the call's timeline. */
  let heardUntilMs = 0;
  let unheardMs = 0;

  function attach(release: () => void): AudioSink {
    const nowMs = clock.monotonicMs();
    if (startedAtMs !== null) unheardMs += nowMs - lastAudioAtMs;
    startedAtMs ??= nowMs;
    lastAudioAtMs = nowMs;
    isLost = false;
    releaseCurrent();
    const startAtMs = Math.max(heardUntilMs, nowMs - startedAtMs);
    const transcript = transcriber.open({ callSid, language, startAtMs });
    transcripts.add(transcript);
    current = openStream(transcript, release);
    consume(transcript);
    events.attached();
    return createSink(transcript, startAtMs);
  }

  function releaseCurrent(): void {
    current?.release();
    void current?.transcript.finish();
    current = null;
  }

  function createSink(transcript: TranscriptStream, startAtMs: number): AudioSink {
    let receivedBytes = 0;
    return {
      write(frame) {
        receivedBytes += frame.length;
        lastAudioAtMs = clock.monotonicMs();
        heardUntilMs = startAtMs + msOfBytes(receivedBytes);
        transcript.write(frame);
      },
      missed(ms) {
        unheardMs += ms;
      },
      close(reason) {
        void transcript.finish();
        if (current?.transcript !== transcript) return;
        current.onClosed();
        current = null;
        isLost = reason === 'lost';
        events.detached(reason);
      },
    };
  }

  function consume(transcript: TranscriptStream): void {
    const work = readSegments(transcript)
      .catch(events.failed)
      .finally(() => {
        transcripts.delete(transcript);
        unheardMs += transcript.blindMs;
        consuming.delete(work);
        if (current === null && transcripts.size === 0) events.drained();
      });
    consuming.add(work);
  }

  async function readSegments(transcript: TranscriptStream): Promise<void> {
    for await (const segment of transcript) {
      try {
        events.segment(segment, heardUntilMs - segment.endMs + clock.monotonicMs() - lastAudioAtMs);
      } catch (error) {
        events.failed(error);
      }
    }
  }

  const lostMs = (): number => (isLost ? clock.monotonicMs() - lastAudioAtMs : 0);

  return {
    languageChanged: () => current?.transcript.languageChanged(),
    attach,
    async finish(stopMs) {
      if (current !== null && stopMs > 0) await withinDeadline(clock, stopMs, current.closed);
      unheardMs += lostMs();
      isLost = false;
      releaseCurrent();
      await Promise.all(consuming);
    },
    get lostMs() {
      return Math.round(lostMs());
    },
    get unansweredSinceMs() {
      if (startedAtMs === null) return 0;
      return Math.round(clock.monotonicMs() - lastAudioAtMs + (current?.transcript.unansweredMs ?? 0));
    },
    get blindMs() {
      let blindMs = unheardMs;
      for (const transcript of transcripts) blindMs += transcript.blindMs;
      return Math.round(blindMs);
    },
  };
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
