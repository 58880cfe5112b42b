import { describe, expect, it } from 'vitest';
import learned from '../../src/scoring/likeness-weights.json' with { type: 'json' };
import policy from '../../src/scoring/policy.json' with { type: 'json' };
import { parseRiskPolicy } from '../../src/scoring/risk-policy-message.ts';

describe('a policy file', () => {
  it('is read with its weights', () => {
    expect(parseRiskPolicy(policy, learned)).toMatchObject({
      version: policy.version,
      likeness: { model: { windowMs: 30_000 } },
    });
  });

  it.each([
    ['a tactic without a rule', { ...policy, tactics: {} }, /tactics/],
    ['a word that means nothing', { ...policy, treshold: 5 }, /treshold/],
    ['levels out of order', { ...policy, rise: { ...policy.rise, high: 99 } }, /levels rise in order/],
    [
      'priors that alert alone',
      { ...policy, priors: { ...policy.priors, blocked: 50 } },
      /beside its words stays below high/,
    ],
    ['a sensitivity that is none', { ...policy, sensitivity: { ...policy.sensitivity, low: 1.1 } }, /low/],
    ['a weight below nothing', { ...policy, weakShare: -1 }, /weakShare/],
  ])('with %s is refused, and told why', (_, file, message) => {
    expect(() => parseRiskPolicy(file, learned)).toThrow(message);
  });

  it('is refused with weights that could talk the risk down', () => {
    expect(() => parseRiskPolicy(policy, { ...learned, weights: { authority: -1 } })).toThrow();
  });

  it('has weights that name the source and the licence of all that they were learned from', () => {
    expect(Object.keys(learned.about.sources).sort()).toEqual(Object.keys(learned.about.calls).sort());
  });
});
