import type { CallSid } from '../call/ids.ts';
import type { Speaker } from '../call/utterance.ts';

/**
 * PORT: speech to text, for one media stream of one call.
 *
 * The contract that every adapter keeps:
 * - Audio written before the recogniser's socket is open is kept, so that no first word is lost.
 * - `write` is synchronous and O(1): it is called 50 times a second for every call. What it takes is sent by `flush`.
 * - A lost recogniser connection is the adapter's own business: it reconnects, replays what had not been recognised,
 *   and never tells a word twice. Consumers only see a pause.
 * - Audio that could not be recognised in the end is counted in `blindMs`, never passed over in silence.
 */
export interface Transcriber {
  /** `onSegment` is told what was said, as soon as the recogniser has said it, until `finish` resolves. */
  open(options: TranscriptOptions, onSegment: (segment: TranscriptSegment) => void): TranscriptStream;
}

export interface TranscriptOptions {
  readonly callSid: CallSid;
  /** What is spoken, BCP 47. Asked at every connection, as it may be learned late. */
  readonly language: () => string;
  /** Where this stream's first audio stands in the call, in milliseconds: 0, or later when a call's stream resumed. */
  readonly startAtMs: number;
}

export interface TranscriptStream {
  /** One media frame of any length. The bytes are copied before `write` returns. */
  write(frame: Uint8Array): void;
  /** Sends what was written, as far as the recogniser takes it now; the rest follows by itself. */
  flush(): void;
  /** The language is another: what has not been recognised so far is heard in that one. */
  languageChanged(): void;
  /** No more audio will come. Resolves when the last words are out, or the recogniser had its time for them. Idempotent. */
  finish(): Promise<void>;
  /** Milliseconds of this stream's audio that no recogniser ever processed. */
  readonly blindMs: number;
  /** Milliseconds of audio that the recogniser has not answered for yet. */
  readonly unansweredMs: number;
}

/** Words of one speaker. Only a final segment counts; an interim one is a guess for the live view. */
export interface TranscriptSegment {
  readonly isFinal: boolean;
  readonly speaker: Speaker;
  readonly text: string;
  /** Milliseconds since the call's first audio. */
  readonly startMs: number;
  readonly endMs: number;
}
