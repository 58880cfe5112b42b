import { cleanWords } from '../call/utterance.ts';
import type { TranscriptSegment } from './transcriber.ts';

/** A recogniser's result, with its times already moved to the call's timeline (milliseconds since its first audio). */
export interface RecognisedResult {
  readonly isFinal: boolean;
  readonly text: string;
  readonly words: readonly RecognisedWord[];
}

export interface RecognisedWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface Segmenter {
  /** The segment that a result adds, or null when it adds no word. */
  accept(result: RecognisedResult): TranscriptSegment | null;
}

/**
 * Turns results into segments in which no word stands twice. After a reconnect the recogniser hears some audio again:
 * a word whose middle lies before the end of the last final word has been said already. Every final result is a segment
 * of its own, at once: waiting for the end of the utterance would hold the scoring back, and text that is repeated
 * when the utterance ends never enters the transcript twice. `isTold`: whether another recogniser has told the words of
 * this moment of the call.
 */
export function createSegmenter(isTold: (callMs: number) => boolean = () => false): Segmenter {
  let heardUntilMs = 0;

  return {
    accept({ isFinal, text, words }) {
      const fresh = words.filter(({ startMs, endMs }) => {
        const middleMs = (startMs + endMs) / 2;
        return middleMs >= heardUntilMs && !isTold(middleMs);
      });
      const first = fresh[0];
      const last = fresh.at(-1);
      if (first === undefined || last === undefined) return null;
      if (isFinal) heardUntilMs = last.endMs;
      return {
        isFinal,
        speaker: 'unknown',
        text: cleanWords(fresh.length === words.length ? text : fresh.map((word) => word.text).join(' ')),
        startMs: Math.round(first.startMs),
        endMs: Math.round(last.endMs),
      };
    },
  };
}
