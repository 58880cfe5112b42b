import { describe, expect, it } from 'vitest';
import { trainLinearModel } from '../../src/training/linear-model.ts';

const example = (isPositive: boolean, ...features: number[]) => ({ features, isPositive, weight: 1 });
const EXAMPLES = [
  example(true, 0, 2),
  example(true, 0),
  example(true, 0, 1),
  example(false, 2),
  example(false, 1),
  example(false),
];

describe('the linear model', () => {
  it('gives weight to what speaks for a fraud, and none to what does not', () => {
    const { bias, weights } = trainLinearModel(EXAMPLES, 3, 0.001);
    expect(bias).toBeLessThan(0);
    expect(weights[0]).toBeGreaterThan(2);
    expect(weights.every((weight) => weight >= 0)).toBe(true);
  });

  it('comes to the same weights from the same examples', () => {
    expect(trainLinearModel(EXAMPLES, 3, 0.01)).toEqual(trainLinearModel(EXAMPLES, 3, 0.01));
  });
});
