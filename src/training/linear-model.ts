import { createAdam } from './adam.ts';

/** One thing to learn from: the features that it has, by number, and whether it is what is looked for. */
export interface Example {
  readonly features: readonly number[];
  readonly isPositive: boolean;
  /** How much it counts. */
  readonly weight: number;
}

export interface LinearModel {
  readonly bias: number;
  readonly weights: readonly number[];
}

const STEPS = 400;
const LARGEST_STEP = 0.1;

/**
 * Logistic regression with weights that are never below nothing, by projected gradients over all examples (Adam); the same
 * for the same examples. Both classes count the same in all. `shrinkage` is the L2 penalty.
 */
export function trainLinearModel(examples: readonly Example[], features: number, shrinkage: number): LinearModel {
  const total = { true: 0, false: 0 };
  for (const { isPositive, weight } of examples) total[`${isPositive}`] += weight;
  const shares = examples.map(({ isPositive, weight }) => weight / (2 * total[`${isPositive}`]));
  const { values, step } = createAdam(features + 1, STEPS, LARGEST_STEP);
  for (let taken = 0; taken < STEPS; taken++) {
    const gradient = gradientAt(values, examples, shares);
    for (let at = 0; at < features; at++) gradient[at] = (gradient[at] ?? 0) + shrinkage * (values[at] ?? 0);
    step(gradient);
    for (let at = 0; at < features; at++) values[at] = Math.max(0, values[at] ?? 0);
  }
  return { bias: values[features] ?? 0, weights: [...values.subarray(0, features)] };
}

/** The bias stands last. */
function gradientAt(values: Float64Array, examples: readonly Example[], shares: readonly number[]): Float64Array {
  const gradient = new Float64Array(values.length);
  const bias = values.length - 1;
  for (const [at, { features, isPositive }] of examples.entries()) {
    let logOdds = values[bias] ?? 0;
    for (const feature of features) logOdds += values[feature] ?? 0;
    const error = (1 / (1 + Math.exp(-logOdds)) - (isPositive ? 1 : 0)) * (shares[at] ?? 0);
    gradient[bias] = (gradient[bias] ?? 0) + error;
    for (const feature of features) gradient[feature] = (gradient[feature] ?? 0) + error;
  }
  return gradient;
}
