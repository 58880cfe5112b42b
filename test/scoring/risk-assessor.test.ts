import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fact, SCAM_TYPES, type ScamType, STANCES } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import type { Priors } from '../../src/call/priors.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { createFactBook } from '../../src/scoring/fact-book.ts';
import { assessRisk, createRiskAssessor, type RiskPolicy } from '../../src/scoring/risk-policy.ts';

const UTTERANCE_MS = 20_000;
/** Levels that last: nearly every verdict depends on those before it. */
const POLICY: RiskPolicy = {
  ...DEFAULT_POLICY,
  rise: { elevated: 15, high: 25, critical: 35 },
  fall: { elevated: 1, high: 10, critical: 20 },
};
const PRIORS: Omit<Priors, 'knownAtMs'> = { attestation: 'failed', caller: 'blocked', sensitivity: 'high' };

/** So few that the book forgets some. */
const OFTEN = ['authority', 'urgency', 'rapport', 'protective_advice'] as const;

/** What a finder says of the newest utterance, or of one up to four before it, as the model does. */
const said = fc.record({
  tactic: fc.constantFrom(...OFTEN),
  stance: fc.oneof({ weight: 4, arbitrary: fc.constant('pressed' as const) }, fc.constantFrom(...STANCES)),
  finder: fc.constantFrom('local' as const, 'model' as const),
  ago: fc.nat({ max: 4 }),
  isWeak: fc.boolean(),
});
const step = fc.record({
  facts: fc.array(said, { maxLength: 2 }),
  story: fc.oneof({ weight: 15, arbitrary: fc.constant(null) }, fc.constantFrom(...SCAM_TYPES)),
  isPriorsKnown: fc.nat({ max: 15 }).map((number) => number === 0),
});

describe('an assessor that goes on with a call', () => {
  it('judges each moment as if it knew of none before', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const assess = createRiskAssessor(POLICY);
        const book = createFactBook();
        const stories = new Set<ScamType>();
        let priors: Priors | null = null;
        for (const [number, { facts, story, isPriorsKnown }] of steps.entries()) {
          const nowMs = (number + 1) * UTTERANCE_MS;
          book.add(
            facts.map(({ tactic, stance, finder, ago, isWeak }): Fact => {
              const utterance = Math.max(0, number - ago);
              const common = { tactic, stance, finder, quote: 'words', atMs: (utterance + 1) * UTTERANCE_MS };
              return { ...common, utteranceId: utteranceIdOf(utterance + 1), ...(isWeak ? { isWeak } : {}) };
            }),
          );
          if (story !== null) stories.add(story);
          if (isPriorsKnown) priors ??= { ...PRIORS, knownAtMs: nowMs - 2 * UTTERANCE_MS };
          const all = book.all();
          expect(assess({ facts: all, stories, priors }, nowMs)).toEqual(
            assessRisk(all, stories, priors, nowMs, POLICY),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it('looks again at what was, once it is known who calls', () => {
    const facts = (['authority', 'ask_bank_login'] as const).map(
      (tactic): Fact => ({
        tactic,
        stance: 'pressed',
        finder: 'local',
        quote: 'words',
        atMs: 2_000,
        utteranceId: utteranceIdOf(1),
      }),
    );
    const policy = { ...DEFAULT_POLICY, unwordedShare: 1, likeness: { ...DEFAULT_POLICY.likeness, points: 0 } };
    const assess = createRiskAssessor(policy);
    const stories = new Set<ScamType>();
    const priors = { attestation: null, caller: 'blocked', sensitivity: 'normal', knownAtMs: 1_000 } as const;
    const later = [60, 90, 120, 150, 180].map((s) => s * 1_000);
    for (const nowMs of later) assess({ facts, stories, priors: null }, nowMs);
    expect(later.map((nowMs) => assess({ facts, stories, priors }, nowMs))).toEqual(
      later.map((nowMs) => assessRisk(facts, stories, priors, nowMs, policy)),
    );
  });
});
