import { utteranceIdOf } from '../call/ids.ts';
import type { Utterance } from '../call/utterance.ts';
import type { LabelledCall } from './labelled-call.ts';
import { createRandom } from './random.ts';

/** 158 words a minute, with the pauses between words. */
const WORD_MS = 380;
const BETWEEN_TURNS_MS = 400;
/** A recogniser ends a segment at a pause; where no punctuation tells of one, after about so many words. */
const RUN_WORDS = { least: 8, most: 18 };

export interface SpokenCall {
  readonly utterances: readonly Utterance[];
  /** When each turn began, milliseconds since the call's first audio. */
  readonly turnStartsMs: readonly number[];
  /** Which turn each utterance is of. */
  readonly turnOf: readonly number[];
  readonly lengthMs: number;
}

/** The final segments of a call that is spoken at a usual pace. */
export function speak(call: LabelledCall): SpokenCall {
  const random = createRandom(call.id);
  const utterances: Utterance[] = [];
  const turnStartsMs: number[] = [];
  const turnOf: number[] = [];
  let nowMs = 0;
  for (const [turn, { speaker, text }] of call.turns.entries()) {
    if (turn > 0) nowMs += BETWEEN_TURNS_MS;
    turnStartsMs.push(nowMs);
    for (const segment of segmentsOf(text, random)) {
      const startMs = nowMs;
      nowMs += segment.length * WORD_MS;
      const id = utteranceIdOf(utterances.length + 1);
      utterances.push({ id, speaker, text: segment.join(' '), startMs, endMs: nowMs });
      turnOf.push(turn);
    }
  }
  return { utterances, turnStartsMs, turnOf, lengthMs: nowMs };
}

/** Sentences; a long one, or text without any punctuation, falls into runs. */
function segmentsOf(text: string, random: () => number): string[][] {
  const sentences = text
    .split(/(?<=[.?!…])\s+/)
    .map((sentence) => sentence.split(/\s+/).filter((word) => word !== ''))
    .filter((words) => words.length > 0);
  return sentences.flatMap((words) => runsOf(words, random));
}

function runsOf(words: readonly string[], random: () => number): string[][] {
  const runs: string[][] = [];
  for (let from = 0; from < words.length; ) {
    const length = RUN_WORDS.least + Math.floor(random() * (RUN_WORDS.most - RUN_WORDS.least + 1));
    const left = words.length - from;
    const to = left <= RUN_WORDS.most ? words.length : from + length;
    runs.push(words.slice(from, to));
    from = to;
  }
  return runs;
}
