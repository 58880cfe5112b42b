import { describe, expect, it } from 'vitest';
import { createWordFeatures } from '../../src/scoring/local/wording.ts';
import type { HeardCall, TrainingCall } from '../../src/training/training-set.ts';
import { learnWording, WORDING, wordingOf } from '../../src/training/wording-learning.ts';

const heard = (...said: readonly string[]): HeardCall => {
  const features = createWordFeatures();
  return said.map((text, at) => ({ words: features.of(text.split(' ')), endMs: (at + 1) * 5_000 }));
};
const calls = (count: number, isScam: boolean, ...said: readonly string[]): Array<TrainingCall<HeardCall>> =>
  Array.from({ length: count }, (_, at) => ({
    ...{ source: 'others', group: 'others', cluster: `${said[0]} ${at}`, isScam },
    moments: [heard(...said)],
  }));

const CALLS = [
  ...calls(10, true, 'please pay the fee', 'with cards'),
  ...calls(10, false, 'please come to supper', 'with us'),
];

describe('the wording that is learned', () => {
  const model = learnWording(CALLS, WORDING);

  it('speaks for a fraud, or against one', () => {
    expect(model.weights['fee']).toBeGreaterThan(0);
    expect(model.weights['supper']).toBeLessThan(0);
  });

  it('grows with each utterance that speaks for a fraud, shrinks with none, and forgets', () => {
    const said = heard('please pay the fee', 'please come to supper', 'with cards');
    const [first = 0, second = 0, third = 0] = wordingOf(said, model);
    expect(second).toBe(first);
    expect(third).toBeGreaterThan(second);
    const later = said.map((each, at) => ({ ...each, endMs: each.endMs + at * WORDING.windowMs }));
    expect(wordingOf(later, model)[1]).toBe(model.bias);
  });

  it('is learned from what is said first, however long the call', () => {
    const chatter = Array.from({ length: 80 }, () => 'and so it goes');
    const long = [
      ...calls(10, true, 'please pay the fee', ...chatter),
      ...calls(10, false, 'please come to supper', ...chatter),
    ];
    const { weights } = learnWording(long, WORDING);
    expect(weights['fee']).toBeGreaterThan(0);
    expect(weights['supper']).toBeLessThan(0);
  });

  it('is the same from the same calls', () => {
    expect(learnWording(CALLS, WORDING)).toEqual(model);
  });
});
