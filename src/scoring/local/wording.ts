import { type LikenessModel, logOddsOf } from '../likeness.ts';
import { parseLikenessModel } from '../risk-policy-message.ts';
import learned from '../wording-weights.json' with { type: 'json' };
import { isNumber } from './phrase-match.ts';
import { COMMA, SENTENCE_END } from './spoken-text.ts';

/** How far back words count, in milliseconds of the call. */
export const WORDING_WINDOW_MS = 60_000;
/** Log-odds from which on words speak for a fraud: those of few honest calls that were kept from learning do. */
const FRAUDULENT_FROM = 4;

/** Of English calls. */
const WEIGHTS: LikenessModel = parseLikenessModel(learned);

/**
 * Whether a call is worded as frauds are, whatever its story: a linear model over the words of its last minute, and pairs of
 * them. Its weights are learned (`src/training`), none is below nothing: no further word makes a call less like a fraud.
 */
export interface WordingMeter {
  /** The words of an utterance, as `readSpokenText` gives them, and when it ended. */
  hear(words: readonly string[], atMs: number): void;
  /** It was, at some moment of the call. */
  readonly isFraudulent: boolean;
}

export function createWordingMeter(): WordingMeter {
  const window = createWordingWindow(WORDING_WINDOW_MS);
  let isFraudulent = false;
  return {
    hear(words, atMs) {
      isFraudulent ||= logOddsOf(window.hear(words, atMs), WEIGHTS) >= FRAUDULENT_FROM;
    },
    get isFraudulent() {
      return isFraudulent;
    },
  };
}

export interface WordingWindow {
  /** Every word and pair of words that the window now holds, once; all numbers are one. */
  hear(words: readonly string[], atMs: number): string[];
}

export function createWordingWindow(windowMs: number): WordingWindow {
  let heard: Array<{ readonly features: readonly string[]; readonly atMs: number }> = [];
  let last: string | undefined;
  return {
    hear(words, atMs) {
      const features: string[] = [];
      for (const word of words) {
        if (word === COMMA || word === SENTENCE_END) continue;
        const plain = isNumber(word) ? '#' : word;
        features.push(plain);
        if (last !== undefined) features.push(`${last} ${plain}`);
        last = plain;
      }
      heard = heard.filter((each) => atMs - each.atMs < windowMs);
      heard.push({ features, atMs });
      return [...new Set(heard.flatMap((each) => each.features))];
    },
  };
}
