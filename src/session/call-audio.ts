import { msOfBytes } from '../call/audio.ts';
import type { Clock } from '../call/clock.ts';
import type { CallSid } from '../call/ids.ts';
import type { Transcriber, TranscriptSegment, TranscriptStream } from '../transcription/transcriber.ts';

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
  /** Begins a stream. The newest wins: `release` is called when this one no longer counts. */
  attach(release: () => void): AudioSink;
  /** Closes the stream that is open, as if Twilio had, and waits for the last words. Called once. */
  finish(): Promise<void>;
  /** Milliseconds of the call that no recogniser ever processed: lost audio, and gaps between its streams, up to now. */
  readonly blindMs: number;
}

export interface CallAudioEvents {
  /** `ageMs`: how long ago the segment's last audio arrived. */
  segment(segment: TranscriptSegment, ageMs: number): void;
  attached(): void;
  detached(reason: StreamEnd): void;
  /** A bug of ours cost a segment, or the rest of a stream's transcript; the call itself goes on. */
  failed(error: unknown): void;
}

export function createCallAudio(
  callSid: CallSid,
  transcriber: Transcriber,
  clock: Clock,
  events: CallAudioEvents,
): CallAudio {
  const transcripts = new Set<TranscriptStream>();
  const consuming = new Set<Promise<void>>();
  let current: { readonly transcript: TranscriptStream; readonly release: () => void } | null = null;
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
    const transcript = transcriber.open({ callSid, startAtMs });
    transcripts.add(transcript);
    current = { transcript, release };
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
      });
    consuming.add(work);
  }

  async function readSegments(transcript: TranscriptStream): Promise<void> {
    for await (const segment of transcript) {
      try {
        events.segment(segment, heardUntilMs - segment.endMs);
      } catch (error) {
        events.failed(error);
      }
    }
  }

  return {
    attach,
    async finish() {
      if (isLost) unheardMs += clock.monotonicMs() - lastAudioAtMs;
      isLost = false;
      releaseCurrent();
      await Promise.all(consuming);
    },
    get blindMs() {
      let blindMs = unheardMs + (isLost ? clock.monotonicMs() - lastAudioAtMs : 0);
      for (const transcript of transcripts) blindMs += transcript.blindMs;
      return Math.round(blindMs);
    },
  };
}
