import { describe, expect, it } from 'vitest';
import learned from '../../src/scoring/likeness-weights.json' with { type: 'json' };
import policy from '../../src/scoring/policy.json' with { type: 'json' };
import { parseLikenessModel, parseRiskPolicy } from '../../src/scoring/risk-policy-message.ts';

const MODEL = parseLikenessModel(learned);

describe('a policy file', () => {
  it('is read with its weights', () => {
    expect(parseRiskPolicy(policy, MODEL)).toMatchObject({
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
    expect(() => parseRiskPolicy(file, MODEL)).toThrow(message);
  });
});

describe('learned weights', () => {
  it('that could talk the risk down are refused', () => {
    expect(() => parseLikenessModel({ ...learned, weights: { authority: -1 } })).toThrow(/weights/);
  });

  it('that make a fraud of a call in which nothing is said are refused', () => {
    expect(() => parseLikenessModel({ ...learned, bias: 0.1 })).toThrow(/bias/);
  });

  it('have a version that tells them from all others, and does not depend on how they are written down', () => {
    const reversed = Object.fromEntries(Object.entries(learned.weights).reverse());
    expect(parseLikenessModel({ weights: reversed, bias: learned.bias, windowMs: learned.windowMs })).toMatchObject({
      version: MODEL.version,
    });
    const others = [
      { ...learned, bias: -1 },
      { ...learned, windowMs: 1 },
      { ...learned, weights: { ...learned.weights, threat: 2 } },
    ];
    for (const other of others) expect(parseLikenessModel(other).version).not.toBe(MODEL.version);
  });

  it('name the source and the licence of all that they were learned from', () => {
    expect(Object.keys(learned.about.sources).sort()).toEqual(Object.keys(learned.about.calls).sort());
  });
});
