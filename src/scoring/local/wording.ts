import { parseLikenessModel } from '../risk-policy-message.ts';
import learned from '../wording-weights.json' with { type: 'json' };
import { isNumber } from './phrase-match.ts';
import { COMMA, SENTENCE_END } from './spoken-text.ts';

/** How far back words count, in milliseconds of the call. */
export const WORDING_WINDOW_MS = 60_000;
/** Log-odds from which on words speak for a fraud: those of few honest calls that were kept from learning do. */
const FRAUDULENT_FROM = 4;

/** Of English calls. */
const { bias, weights } = parseLikenessModel(learned);
const WEIGHTS: ReadonlyMap<string, number> = new Map(Object.entries(weights));

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
  let logOdds = bias;
  const window = createWordingWindow(
    WORDING_WINDOW_MS,
    (feature) => WEIGHTS.has(feature),
    (feature, isHeld) => {
      logOdds += (isHeld ? 1 : -1) * (WEIGHTS.get(feature) ?? 0);
    },
  );
  let isFraudulent = false;
  return {
    hear(words, atMs) {
      if (isFraudulent) return;
      window.hear(words, atMs);
      isFraudulent = logOdds >= FRAUDULENT_FROM;
    },
    get isFraudulent() {
      return isFraudulent;
    },
  };
}

/** Every word and pair of words of the last `windowMs`, once; all numbers are one. */
export interface WordingWindow {
  hear(words: readonly string[], atMs: number): void;
}

/** `onChange` is told of each feature that is `isWanted` when it comes in, and when the last of it is gone. */
export function createWordingWindow(
  windowMs: number,
  isWanted: (feature: string) => boolean,
  onChange: (feature: string, isHeld: boolean) => void,
): WordingWindow {
  const heard: Array<{ readonly features: readonly string[]; readonly atMs: number }> = [];
  const held = new Map<string, number>();
  let last: string | undefined;

  function count(feature: string, more: 1 | -1): void {
    const times = (held.get(feature) ?? 0) + more;
    if (times === 0) held.delete(feature);
    else held.set(feature, times);
    if (times === 0 || (times === 1 && more === 1)) onChange(feature, more === 1);
  }

  function featuresOf(words: readonly string[]): string[] {
    const features: string[] = [];
    for (const word of words) {
      if (word === COMMA || word === SENTENCE_END) continue;
      const plain = isNumber(word) ? '#' : word;
      features.push(plain);
      if (last !== undefined) features.push(`${last} ${plain}`);
      last = plain;
    }
    return features.filter(isWanted);
  }

  return {
    hear(words, atMs) {
      const features = featuresOf(words);
      for (const feature of features) count(feature, 1);
      heard.push({ features, atMs });
      for (let oldest = heard[0]; oldest !== undefined && atMs - oldest.atMs >= windowMs; oldest = heard[0]) {
        for (const feature of oldest.features) count(feature, -1);
        heard.shift();
      }
    },
  };
}
