import { describe, expect, it } from 'vitest';
import type { Fact, Tactic } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { likenessFeatures, likenessOf } from '../../src/scoring/likeness.ts';

const fact = (tactic: Tactic, atMs: number, more: Partial<Fact> = {}): Fact => ({
  tactic,
  utteranceId: utteranceIdOf(1 + atMs),
  quote: 'words',
  stance: 'pressed',
  finder: 'local',
  atMs,
  ...more,
});

describe('the likeness', () => {
  it('looks at what was pressed lately, and at the stories', () => {
    const facts = [
      fact('authority', 0),
      fact('threat', 50),
      fact('ask_code', 60, { isWeak: true }),
      fact('secrecy', 70, { stance: 'mentioned' }),
    ];
    expect(likenessFeatures(facts, new Set(['debt_relief']), 10)).toEqual(['threat', 'ask_code?', 'story debt_relief']);
    expect(likenessFeatures(facts, new Set(['debt_relief']), 60)).toEqual([]);
  });

  it('counts how much comes together', () => {
    const facts = (['authority', 'threat', 'ask_code', 'ask_card'] as const).map((tactic) => fact(tactic, 1));
    expect(likenessFeatures(facts, new Set(), 0)).toEqual(
      expect.arrayContaining(['tactics≥2', 'tactics≥3', 'tactics≥4', 'asks≥2', 'cues≥3']),
    );
  });

  it('is low where nothing is pressed, and no word makes it lower', () => {
    const { model } = DEFAULT_POLICY.likeness;
    expect(likenessOf([], new Set(['prize_lottery']), 0, model)).toBe(model.bias);
    expect(model.bias).toBeLessThan(0);
    expect(Math.min(...Object.values(model.weights))).toBeGreaterThan(0);
  });
});
