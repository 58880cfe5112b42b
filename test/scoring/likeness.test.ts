import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { likenessFeatures, likenessOf } from '../../src/scoring/likeness.ts';
import { fact } from '../support/fact.ts';

describe('the likeness', () => {
  it('looks at what was pressed lately', () => {
    const facts = [
      fact('authority', 0),
      fact('threat', 50),
      fact('ask_code', 60, { isWeak: true }),
      fact('secrecy', 70, { stance: 'mentioned' }),
    ];
    expect(likenessFeatures(facts, 10)).toEqual(['threat', 'ask_code?']);
    expect(likenessFeatures(facts, 60)).toEqual([]);
  });

  it('counts how much comes together', () => {
    const facts = (['authority', 'threat', 'ask_code', 'ask_card'] as const).map((tactic) => fact(tactic, 1));
    expect(likenessFeatures(facts, 0)).toEqual(
      expect.arrayContaining(['tactics≥2', 'tactics≥3', 'tactics≥4', 'asks≥2', 'cues≥3']),
    );
  });

  it('is low where nothing is pressed, and no word makes it lower', () => {
    const { model } = DEFAULT_POLICY.likeness;
    expect(likenessOf([], 0, model)).toBe(model.bias);
    expect(model.bias).toBeLessThan(0);
    expect(Math.min(...Object.values(model.weights))).toBeGreaterThan(0);
  });
});
