import { describe, expect, it } from 'vitest';
import type { Tactic } from '../../src/call/facts.ts';
import type { PhoneNumber } from '../../src/call/ids.ts';
import type { RiskPolicy } from '../../src/scoring/risk-policy.ts';
import { parseLikenessModel } from '../../src/scoring/risk-policy-message.ts';
import { judgeHeldOut } from '../../src/training/cross-validation.ts';
import { toTrainingCall } from '../../src/training/stored-training-calls.ts';
import type { TrainingCall } from '../../src/training/training-set.ts';
import { newPhoneNumber } from '../support/people.ts';
import { newStoredCall, TWENTY_EACH } from '../support/stored-call.ts';

const OTHERS: TrainingCall[] = Array.from({ length: 20 }, (_, at) => ({
  ...{ source: 'others', group: 'others', cluster: String(at), isScam: at < 10 },
  moments: [at < 10 ? ['threat'] : ['authority']],
}));

/** What is learned decides alone: it alerts where there is any weight. */
const LEARNED_ALONE: RiskPolicy = {
  ...TWENTY_EACH,
  tactics: Object.fromEntries(
    Object.entries(TWENTY_EACH.tactics).map(([tactic, rule]) => [tactic, { ...rule, weight: 0 }]),
  ) as RiskPolicy['tactics'],
  likeness: { from: 0, to: 0.1, points: 100, model: parseLikenessModel({ windowMs: 30_000, bias: -1, weights: {} }) },
};

function labelled(tactic: Tactic, from: PhoneNumber) {
  const stored = newStoredCall([tactic], 'scam', from);
  const training = toTrainingCall(stored);
  if (training === null) throw new Error('no label');
  return { stored, training };
}

describe('a labelled call that is held out', () => {
  it('is judged by what others show, and not by itself nor by another from the same number', () => {
    const number = newPhoneNumber();
    const alone = [labelled('ask_code', number), labelled('ask_code', number)];
    const several = Array.from({ length: 40 }, () => labelled('ask_wire', newPhoneNumber()));
    const known = labelled('threat', newPhoneNumber());
    const judged = judgeHeldOut([...alone, ...several, known], OTHERS, LEARNED_ALONE);
    expect(judged).toHaveLength(43);
    const isAlerted = ({ stored }: ReturnType<typeof labelled>): boolean =>
      judged.find(({ callSid }) => callSid === stored.callSid)?.after.high != null;
    expect(alone.map(isAlerted)).toEqual([false, false]);
    expect(several.every(isAlerted)).toBe(true);
    expect(isAlerted(known)).toBe(true);
    expect(judged.every(({ before, label }) => before.high === null && label === 'scam')).toBe(true);
  });

  it('is judged even when it is the only one', () => {
    expect(judgeHeldOut([labelled('threat', newPhoneNumber())], OTHERS, LEARNED_ALONE)).toMatchObject([
      { before: { high: null }, after: { high: 1_000 } },
    ]);
  });
});
