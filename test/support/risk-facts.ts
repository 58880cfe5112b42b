import fc from 'fast-check';
import { type Fact, type ScamType, STANCES, TACTICS } from '../../src/call/facts.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { assessRisk, type RiskPolicy } from '../../src/scoring/risk-policy.ts';
import { fact } from './fact.ts';

export const MINUTE = 60_000;
/** Of calls that are worded as frauds are. */
export const POLICY: RiskPolicy = { ...DEFAULT_POLICY, unwordedShare: 1 };
/** Without what is learned: rules alone. */
export const RULES: RiskPolicy = { ...POLICY, likeness: { ...POLICY.likeness, points: 0 } };

export const assess = (facts: Fact[], nowMs = 0, ...stories: ScamType[]) =>
  assessRisk(facts, new Set(stories), null, nowMs, POLICY);

export const anyFact = fc
  .record({
    tactic: fc.constantFrom(...TACTICS),
    stance: fc.constantFrom(...STANCES),
    atMs: fc.integer({ min: 0, max: 10 * MINUTE }),
  })
  .map(({ tactic, stance, atMs }) => fact(tactic, atMs, { stance }));
