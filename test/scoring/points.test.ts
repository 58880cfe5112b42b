import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCAM_TYPES, STANCES, TACTICS } from '../../src/call/facts.ts';
import { ATTESTATIONS, CALLER_TRUSTS, type Priors, SENSITIVITIES } from '../../src/call/priors.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { pointsOf, scoreOf } from '../../src/scoring/points.ts';
import { assessRisk, type RiskPolicy } from '../../src/scoring/risk-policy.ts';
import { fact } from '../support/fact.ts';

const MINUTE = 60_000;
const { tactics, priors: PRIORS } = DEFAULT_POLICY;
const POLICY: RiskPolicy = {
  ...DEFAULT_POLICY,
  combinations: [
    { name: 'an office asks', each: [['authority'], ['ask_code', 'ask_card']], bonus: 10 },
    { name: 'first the ask', each: [['ask_code'], ['authority']], inOrder: true, bonus: 20 },
    { name: 'of another story', each: [['authority']], types: ['romance'], bonus: 40 },
  ],
  likeness: { ...DEFAULT_POLICY.likeness, points: 0 },
};

const KNOWN: Priors = { attestation: null, caller: null, sensitivity: 'normal', knownAtMs: 0 };

describe('the points of a call', () => {
  it('name each tactic that gives some, and each combination that pays', () => {
    const points = pointsOf([fact('authority'), fact('ask_code', 1), fact('ask_card', 1)], new Set(), null, 1, POLICY);
    expect(points).toMatchObject({
      tactics: [
        { name: 'authority', points: expect.closeTo(tactics.authority.weight, 3) },
        { name: 'ask_code', points: tactics.ask_code.weight },
        { name: 'ask_card', points: tactics.ask_card.weight },
      ],
      combinations: [{ name: 'an office asks', points: expect.closeTo(10, 3), bonus: 10 }],
      furtherAsks: POLICY.furtherAsk.bonus,
      protection: 0,
      attestation: 0,
      caller: 0,
      sensitivity: 1,
      most: 100,
    });
  });

  it('are fewer than its bonus where a combination holds a weak cue', () => {
    const { combinations } = pointsOf([fact('authority'), fact('ask_card', 0, { isWeak: true })], new Set(), null, 0, {
      ...POLICY,
      weakShare: 0.4,
    });
    expect(combinations).toEqual([{ name: 'an office asks', points: 4, bonus: 10 }]);
  });

  it('tell what advice and a known number take away, and that nothing is asked for', () => {
    const said = [fact('authority'), fact('protective_advice')];
    const known: Priors = { attestation: 'A', caller: 'known', sensitivity: 'low', knownAtMs: 0 };
    expect(pointsOf(said, new Set(), known, 0, POLICY)).toMatchObject({
      tactics: [{ name: 'authority' }],
      protection: -tactics.protective_advice.weight,
      caller: -PRIORS.known,
      sensitivity: POLICY.sensitivity.low,
      most: POLICY.unasked.most,
    });
    expect(pointsOf([...said, fact('secrecy')], new Set(), known, 0, POLICY)).toMatchObject({
      protection: 0,
      caller: 0,
      most: 100,
    });
  });

  it('tell what speaks against a number', () => {
    const failed = pointsOf([], new Set(), { ...KNOWN, attestation: 'failed', caller: 'blocked' }, 0, POLICY);
    expect(failed).toMatchObject({ attestation: PRIORS.attestation.failed, caller: PRIORS.blocked });
  });

  it('are what the verdict is made of', () => {
    const anyFact = fc
      .tuple(fc.constantFrom(...TACTICS), fc.constantFrom(...STANCES), fc.nat(10 * MINUTE), fc.boolean())
      .map(([tactic, stance, atMs, isWeak]) => fact(tactic, atMs, { stance, ...(isWeak && { isWeak }) }));
    const anyPriors = fc.record({
      attestation: fc.constantFrom(null, ...ATTESTATIONS),
      caller: fc.constantFrom(null, ...CALLER_TRUSTS),
      sensitivity: fc.constantFrom(...SENSITIVITIES),
      knownAtMs: fc.constant(0),
    });
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 12 }),
        fc.subarray([...SCAM_TYPES]),
        fc.option(anyPriors),
        (facts, told, priors) => {
          const stories = new Set(told);
          const points = pointsOf(facts, stories, priors, 10 * MINUTE, DEFAULT_POLICY);
          const { score } = assessRisk(facts, stories, priors, 10 * MINUTE, DEFAULT_POLICY);
          expect(Math.round(scoreOf(points))).toBe(score);
        },
      ),
    );
  });
});
