import { z } from 'zod';

/** What words, and pairs of them, say for a fraud, above 0, or against one. */
export interface WordingModel {
  /** How far back utterances count, in milliseconds of the call. */
  readonly windowMs: number;
  /** Log-odds before anything is said. */
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
}

const schema = z.object({
  windowMs: z.number().positive(),
  bias: z.number().max(0),
  weights: z.record(z.string(), z.number()),
});

/** What `npm run model:train` wrote. */
export const parseWordingModel = (learned: unknown): WordingModel => schema.parse(learned);

/** A map is looked up faster than an object by words that were just put together, and knows no “constructor”. */
export type Weights = ReadonlyMap<string, number>;

export const weightsOf = ({ weights }: WordingModel): Weights => new Map(Object.entries(weights));

export const weigh = (features: readonly string[], weights: Weights): number =>
  features.reduce((sum, name) => sum + (weights.get(name) ?? 0), 0);

/** A passage is so many words long at least, or all of its utterance. */
const PASSAGE_WORDS = 10;

/** A passage of an utterance: the words `from` to `to`, the latter not included; no words where `sum` is 0. */
export interface Run {
  readonly sum: number;
  readonly from: number;
  readonly to: number;
}

/** The passage that says most for a fraud, by what each word says; nothing where none says anything for one. */
export function bestRun(scores: ArrayLike<number>): Run {
  const length = Math.min(PASSAGE_WORDS, scores.length);
  const sums = [0];
  let best: Run = { sum: 0, from: 0, to: 0 };
  let lowest = 0;
  for (let to = 1; to <= scores.length; to++) {
    sums.push((sums[to - 1] ?? 0) + (scores[to - 1] ?? 0));
    const from = to - length;
    if (from < 0) continue;
    if ((sums[from] ?? 0) < (sums[lowest] ?? 0)) lowest = from;
    const sum = (sums[to] ?? 0) - (sums[lowest] ?? 0);
    if (sum > best.sum) best = { sum, from: lowest, to };
  }
  return best;
}
