import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fact, type ScamType, TACTICS, type Tactic } from '../../src/call/facts.ts';
import { isAtLeast } from '../../src/call/risk.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { assessRisk } from '../../src/scoring/risk-policy.ts';
import { fact } from '../support/fact.ts';
import { anyFact, assess, MINUTE, POLICY, RULES } from '../support/risk-facts.ts';

describe('the risk policy', () => {
  it('sees no risk in nothing', () => {
    expect(assess([])).toEqual({ level: 'low', score: 0, because: [] });
  });

  it('rises with what is pressed, and says why, heaviest first', () => {
    expect(assess([fact('authority')]).level).toBe('low');
    expect(assess([fact('authority'), fact('threat')]).level).toBe('elevated');
    expect(isAtLeast(assess([fact('authority'), fact('urgency'), fact('ask_bank_login')]).level, 'high')).toBe(true);
    const verdict = assess([fact('authority'), fact('threat'), fact('ask_gift_card')]);
    expect(verdict.level).toBe('critical');
    expect(verdict.because).toEqual(['ask_gift_card', 'threat', 'authority']);
  });

  it.each(['mentioned', 'negated', 'advised_against'] as const)('takes no ask for one that is only %s', (stance) => {
    expect(assess([fact('ask_code', 0, { stance }), fact('ask_gift_card', 0, { stance })])).toMatchObject({ score: 0 });
  });

  it('counts a share of what is found as long as the call is worded as honest ones are, and no model reads it otherwise', () => {
    const judge = (facts: Fact[], ...stories: ScamType[]): number =>
      assessRisk(facts, new Set(stories), null, 0, DEFAULT_POLICY).score;
    const said = [fact('authority'), fact('ask_code')];
    const whole = assess(said).score;
    expect(judge(said)).toBe(Math.round(whole * DEFAULT_POLICY.unwordedShare));
    expect(judge(said, 'other')).toBeGreaterThan(whole);
    expect(judge(said, 'none')).toBe(whole);
    expect(judge([fact('authority'), fact('ask_code', 0, { finder: 'model' })])).toBe(whole);
  });

  it('counts compliance only where something was asked', () => {
    expect(assess([fact('victim_complying')]).score).toBe(0);
    const asked = assess([fact('ask_code')]).score;
    expect(assess([fact('ask_code'), fact('victim_complying', 5)], 5).score).toBeGreaterThan(asked);
  });

  it('lets talk fade, and evidence stay', () => {
    expect(assess([fact('urgency'), fact('rapport')], 20 * MINUTE).score).toBe(0);
    expect(assess([fact('ask_code'), fact('secrecy')], 20 * MINUTE)).toEqual(
      assess([fact('ask_code'), fact('secrecy')], 2 * MINUTE),
    );
  });

  it('falls later than it rises', () => {
    const rising = [fact('threat'), fact('authority'), fact('urgency')];
    const { score } = assessRisk(rising, new Set(), null, 0, RULES);
    const policy = {
      ...RULES,
      rise: { elevated: 20, high: score - 1, critical: 99 },
      fall: { elevated: 2, high: score - 14, critical: 90 },
    };
    const at = (nowMs: number) => assessRisk(rising, new Set(), null, nowMs, policy);
    expect(at(0).level).toBe('high');
    expect(at(MINUTE).score).toBeLessThan(score);
    expect(at(MINUTE).level).toBe('high');
    expect(at(10 * MINUTE).level).toBe('elevated');
  });

  it('is not talked down by protective words once something is asked for', () => {
    const asked = assess([fact('ask_gift_card'), fact('secrecy')]);
    const soothed = assess(
      [fact('ask_gift_card'), fact('secrecy'), fact('protective_advice'), fact('protective_advice', 1)],
      1,
    );
    expect(isAtLeast(soothed.level, 'high')).toBe(true);
    expect(soothed.score).toBe(asked.score);
  });

  it.each<[Tactic, ScamType]>([
    ['threat', 'government_impersonation'],
    ['ask_press_or_call_back', 'warranty_telemarketing'],
  ])('lets no soothing word take away a %s', (tactic, story) => {
    const facts = [fact('authority'), fact('urgency'), fact(tactic)];
    const soothed = [...facts, fact('protective_advice', 1), fact('protective_advice', 2)];
    expect(assess(soothed, 2, story).score).toBe(assess(facts, 2, story).score);
  });

  it('lets protective advice count where nothing is asked and nothing threatened', () => {
    const facts = [fact('authority'), fact('urgency')];
    expect(assess([...facts, fact('protective_advice')]).score).toBeLessThan(assess(facts).score);
  });

  it('judges a call by every story that it told', () => {
    const facts = [fact('authority'), fact('threat')];
    const { score } = assess(facts, 0, 'business_impersonation', 'government_impersonation');
    expect(score).toBeGreaterThan(assess(facts, 0, 'business_impersonation').score);
  });

  it('gives what honest callers say too a share of its weight, and forgets it soon', () => {
    const said = fact('ask_code', 0, { isWeak: true });
    const { weight } = RULES.tactics.ask_code;
    const scoreAt = (nowMs: number): number => assessRisk([said], new Set(), null, nowMs, RULES).score;
    expect(scoreAt(0)).toBe(Math.round(weight * RULES.weakShare));
    expect(scoreAt(RULES.weakHalfLifeMs)).toBe(Math.round((weight * RULES.weakShare) / 2));
    expect(assess([fact('ask_code')], RULES.weakHalfLifeMs).score).toBe(assess([fact('ask_code')]).score);
  });

  it('takes contact, pressure and extraction for more in this order than in another', () => {
    const stages = ['authority', 'urgency', 'ask_card'] as const;
    const scoreOf = (...said: readonly Tactic[]): number =>
      assessRisk(
        said.map((tactic, at) => fact(tactic, at)),
        new Set(),
        null,
        2,
        RULES,
      ).score;
    expect(scoreOf(...stages)).toBeGreaterThan(scoreOf(...stages.toReversed()));
  });

  it('never alerts on what is learned alone', () => {
    const { points } = POLICY.likeness;
    expect(points).toBeLessThan(POLICY.rise.elevated);
    expect(assess([], 0, 'prize_lottery', 'debt_relief').score).toBe(0);
  });

  it('gives a disputed fact half its weight', () => {
    expect(assessRisk([fact('ask_code', 0, { isDisputed: true })], new Set(), null, 0, RULES).score).toBe(
      POLICY.tactics.ask_code.weight / 2,
    );
  });

  it('gives the same verdict for the same facts, in whatever order they are stored', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 20 }), (facts) => {
        expect(assess([...facts].reverse(), 10 * MINUTE)).toMatchObject({
          level: assess(facts, 10 * MINUTE).level,
          score: assess(facts, 10 * MINUTE).score,
        });
      }),
    );
  });

  it('never falls when one more thing is pressed', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 12 }), fc.constantFrom(...TACTICS), (facts, tactic) => {
        fc.pre(tactic !== 'protective_advice');
        const now = 10 * MINUTE;
        expect(assess([...facts, fact(tactic, now)], now).score).toBeGreaterThanOrEqual(assess(facts, now).score);
      }),
    );
  });
});
