import learned from '../wording-weights.json' with { type: 'json' };
import { isNumber } from './phrase-match.ts';
import { COMMA, SENTENCE_END } from './spoken-text.ts';
import { bestRun, parseWordingModel, type WordingModel, weigh, weightsOf } from './wording-model.ts';

/** Log-odds from which on words no longer speak for an honest call. */
const OPEN_FROM = 1.75;
/** Log-odds from which on they speak for a fraud: those of few honest calls that were kept from learning do. */
const FRAUDULENT_FROM = 3;

/** Of English calls. */
const MODEL: WordingModel = parseWordingModel(learned);
const WEIGHTS = weightsOf(MODEL);

/**
 * Whether a call is worded as frauds are, whatever its story: the best passages of the utterances of its last minute, by
 * weights for words and pairs of words that are learned (`src/training`). A word may speak against a fraud within its own
 * passage, so that much honest talk does not add up; no utterance counts for less than nothing, so that nothing that is
 * said beside a passage makes the call less like a fraud.
 */
export interface WordingMeter {
  /** The words of an utterance, as `readSpokenText` gives them, and when it ended. */
  hear(words: readonly string[], atMs: number): void;
  /** Its words left open whether it is, at some moment of the call: a few wrong ones are enough to keep a fraud there. */
  readonly isOpen: boolean;
  /** It was, at some moment of the call. */
  readonly isFraudulent: boolean;
}

export function createWordingMeter(): WordingMeter {
  const features = createWordFeatures();
  let heard: Array<{ readonly value: number; readonly atMs: number }> = [];
  let highest = MODEL.bias;
  return {
    hear(words, atMs) {
      const scores = features.of(words).map((each) => weigh(each, WEIGHTS));
      heard = heard.filter((each) => atMs - each.atMs < MODEL.windowMs);
      heard.push({ value: bestRun(scores).sum, atMs });
      const logOdds = heard.reduce((sum, { value }) => sum + value, MODEL.bias);
      highest = Math.max(highest, logOdds);
    },
    get isOpen() {
      return highest >= OPEN_FROM;
    },
    get isFraudulent() {
      return highest >= FRAUDULENT_FROM;
    },
  };
}

/** The words of a call, one utterance after the other. */
export interface WordFeatures {
  /** Of each word: the word, and its pair with the one before it; all numbers are one. */
  of(words: readonly string[]): string[][];
}

export function createWordFeatures(): WordFeatures {
  let last: string | undefined;
  return {
    of(words) {
      const features: string[][] = [];
      for (const word of words) {
        if (word === COMMA || word === SENTENCE_END) continue;
        const plain = isNumber(word) ? '#' : word;
        features.push(last === undefined ? [plain] : [plain, `${last} ${plain}`]);
        last = plain;
      }
      return features;
    },
  };
}
