import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fact, type ScamType, STANCES, TACTICS, type Tactic } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { isAtLeast } from '../../src/call/risk.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { assessRisk, type RiskPolicy } from '../../src/scoring/risk-policy.ts';

const MINUTE = 60_000;
/** Without what is learned: rules alone. */
const RULES: RiskPolicy = { ...DEFAULT_POLICY, likeness: { ...DEFAULT_POLICY.likeness, points: 0 } };

function fact(tactic: Tactic, atMs = 0, more: Partial<Fact> = {}): Fact {
  return {
    tactic,
    utteranceId: utteranceIdOf(1 + atMs),
    quote: 'words',
    stance: 'pressed',
    finder: 'local',
    atMs,
    ...more,
  };
}
const assess = (facts: Fact[], nowMs = 0, ...stories: ScamType[]) =>
  assessRisk(facts, new Set(stories), nowMs, DEFAULT_POLICY);

describe('the risk policy', () => {
  it('sees no risk in nothing', () => {
    expect(assess([])).toEqual({ level: 'low', score: 0, because: [] });
  });

  it('rises with what is pressed, and says why, heaviest first', () => {
    expect(assess([fact('authority')]).level).toBe('low');
    expect(assess([fact('authority'), fact('threat')]).level).toBe('elevated');
    expect(assess([fact('authority'), fact('ask_bank_login'), fact('urgency')]).level).toBe('high');
    const verdict = assess([fact('authority'), fact('threat'), fact('ask_gift_card')]);
    expect(verdict.level).toBe('critical');
    expect(verdict.because).toEqual(['ask_gift_card', 'threat', 'authority']);
  });

  it.each(['mentioned', 'negated', 'advised_against'] as const)('takes no ask for one that is only %s', (stance) => {
    expect(assess([fact('ask_code', 0, { stance }), fact('ask_gift_card', 0, { stance })])).toMatchObject({ score: 0 });
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
    const { score } = assessRisk(rising, new Set(), 0, RULES);
    const policy = {
      ...RULES,
      rise: { elevated: 20, high: score - 1, critical: 99 },
      fall: { elevated: 2, high: score - 14, critical: 90 },
    };
    const at = (nowMs: number) => assessRisk(rising, new Set(), nowMs, policy);
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

  it('gives what honest callers say too half its weight', () => {
    expect(assessRisk([fact('ask_code', 0, { isWeak: true })], new Set(), 0, RULES).score).toBe(
      RULES.tactics.ask_code.weight / 2,
    );
  });

  it('never alerts on what is learned alone', () => {
    const { points } = DEFAULT_POLICY.likeness;
    expect(points).toBeLessThan(DEFAULT_POLICY.rise.elevated);
    expect(assess([], 0, 'prize_lottery', 'debt_relief').score).toBe(0);
  });

  it('gives a disputed fact half its weight', () => {
    expect(assessRisk([fact('ask_code', 0, { isDisputed: true })], new Set(), 0, RULES).score).toBe(
      DEFAULT_POLICY.tactics.ask_code.weight / 2,
    );
  });

  const anyFact = fc
    .record({
      tactic: fc.constantFrom(...TACTICS),
      stance: fc.constantFrom(...STANCES),
      atMs: fc.integer({ min: 0, max: 10 * MINUTE }),
    })
    .map(({ tactic, stance, atMs }) => fact(tactic, atMs, { stance }));

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
