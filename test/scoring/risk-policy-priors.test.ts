import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fact, SCAM_TYPES, TACTICS } from '../../src/call/facts.ts';
import { ATTESTATIONS, CALLER_TRUSTS, type Priors, SENSITIVITIES } from '../../src/call/priors.ts';
import { isAtLeast } from '../../src/call/risk.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { assessRisk } from '../../src/scoring/risk-policy.ts';
import { fact } from '../support/fact.ts';
import { anyFact, assess, MINUTE, POLICY, RULES } from '../support/risk-facts.ts';

const NOTHING_KNOWN: Priors = { attestation: null, caller: null, sensitivity: 'normal', knownAtMs: 0 };
const priors = (known: Partial<Priors>): Priors => ({ ...NOTHING_KNOWN, ...known });

describe('what is known of a call beside its words', () => {
  const judge = (facts: readonly Fact[], known: Partial<Priors>, nowMs = 0, policy = RULES) =>
    assessRisk(facts, new Set(), priors(known), nowMs, policy);
  const anyPriors = fc.record({
    attestation: fc.constantFrom(null, ...ATTESTATIONS),
    caller: fc.constantFrom(null, ...CALLER_TRUSTS),
    sensitivity: fc.constantFrom(...SENSITIVITIES),
    knownAtMs: fc.integer({ min: 0, max: 10 * MINUTE }),
  });

  it('changes nothing where nothing is known', () => {
    const facts = [fact('authority'), fact('threat')];
    expect(assessRisk(facts, new Set(), NOTHING_KNOWN, 0, POLICY)).toEqual(assess(facts));
  });

  it.each<Partial<Priors>>([
    { caller: 'blocked' },
    { attestation: 'failed' },
    { attestation: 'C' },
    { attestation: 'failed', caller: 'known' },
    { attestation: 'A', caller: 'blocked' },
  ])('makes a call graver by %j', (known) => {
    const facts = [fact('authority'), fact('ask_code')];
    expect(judge(facts, known).score).toBeGreaterThan(judge(facts, {}).score);
  });

  it.each(['A', 'B', null] as const)('takes an attestation of %s for nothing special', (attestation) => {
    const facts = [fact('authority')];
    expect(judge(facts, { attestation })).toEqual(judge(facts, {}));
  });

  it('never alerts alone, whatever story is told', () => {
    fc.assert(
      fc.property(anyPriors, fc.subarray([...SCAM_TYPES]), (known, stories) => {
        const { level } = assessRisk([], new Set(stories), known, 10 * MINUTE, POLICY);
        expect(isAtLeast(level, 'high')).toBe(false);
      }),
    );
  });

  it('does not make an alert of an alarm that asks for nothing', () => {
    const alarm = [fact('authority'), fact('threat'), fact('urgency'), fact('threat', 1)];
    const { level } = judge(alarm, { attestation: 'failed', caller: 'blocked', sensitivity: 'high' }, 1);
    expect(level).toBe('elevated');
  });

  it('believes a number that the user knows only where its carrier vouches for it', () => {
    const facts = [fact('authority'), fact('urgency')];
    const stranger = judge(facts, {});
    expect(judge(facts, { caller: 'known', attestation: 'A' }).score).toBeLessThan(stranger.score);
    for (const attestation of ['B', null] as const) {
      expect(judge(facts, { caller: 'known', attestation })).toEqual(stranger);
    }
  });

  it('hides nothing that is asked, threatened or kept secret, though the number be known', () => {
    const grave = TACTICS.filter((tactic) => tactic.startsWith('ask_') || ['threat', 'secrecy'].includes(tactic));
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 12 }), fc.constantFrom(...grave), (facts, tactic) => {
        const now = 10 * MINUTE;
        const said = [...facts, fact(tactic, now)];
        expect(judge(said, { caller: 'known', attestation: 'A' }, now)).toEqual(judge(said, {}, now));
      }),
    );
  });

  it('lets the risk rise with one more thing that is pressed, whatever is known', () => {
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 12 }),
        fc.constantFrom(...TACTICS),
        anyPriors,
        (facts, tactic, known) => {
          fc.pre(tactic !== 'protective_advice');
          const now = 10 * MINUTE;
          const { score } = judge(facts, known, now, DEFAULT_POLICY);
          expect(judge([...facts, fact(tactic, now)], known, now, DEFAULT_POLICY).score).toBeGreaterThanOrEqual(score);
        },
      ),
    );
  });

  it('warns who is sensitive sooner, and who is not later', () => {
    const scoreOf = (facts: readonly Fact[], sensitivity: Priors['sensitivity']) => judge(facts, { sensitivity }).score;
    const facts = [fact('authority'), fact('ask_bank_login'), fact('rapport')];
    expect(scoreOf(facts, 'high')).toBeGreaterThan(scoreOf(facts, 'normal'));
    expect(scoreOf(facts, 'low')).toBeLessThan(scoreOf(facts, 'normal'));
    const scam = [fact('authority'), fact('threat'), fact('ask_gift_card')];
    expect(judge(scam, { sensitivity: 'low' }).level).not.toBe('elevated');
  });

  it('counts from when it was known, and what was judged before stays as it was', () => {
    const facts = [fact('authority'), fact('ask_code')];
    const known = priors({ caller: 'blocked', knownAtMs: MINUTE });
    const at = (nowMs: number, all: Priors | null) => assessRisk(facts, new Set(), all, nowMs, RULES);
    expect(at(MINUTE - 1, known)).toEqual(at(MINUTE - 1, null));
    expect(at(MINUTE, known).score).toBeGreaterThan(at(MINUTE, null).score);
  });

  it('raises a level that then falls as late as any other', () => {
    const facts = [fact('authority'), fact('ask_bank_login')];
    const blocked = { caller: 'blocked', knownAtMs: 1_000 } as const;
    const level = (nowMs: number) => judge(facts, blocked, nowMs).level;
    const score = (nowMs: number) => judge(facts, blocked, nowMs).score;
    const later = [60, 90, 120, 150, 180].map((s) => s * 1_000).find((ms) => score(ms) < RULES.rise.high) ?? 0;
    expect(level(1_000)).toBe('high');
    expect(score(later)).toBeGreaterThan(RULES.fall.high);
    expect(level(later)).toBe('high');
  });
});
