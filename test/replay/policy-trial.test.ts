import { describe, expect, it } from 'vitest';
import type { StoredCall } from '../../src/records/stored-calls.ts';
import { changeOf, type Trial, tryPolicy } from '../../src/replay/policy-trial.ts';
import { tellTrials } from '../../src/replay/replay-text.ts';
import type { RiskPolicy } from '../../src/scoring/risk-policy.ts';
import { newStoredCall, TWENTY_EACH } from '../support/stored-call.ts';

const risesAt = (high: number): RiskPolicy => ({
  ...TWENTY_EACH,
  version: `high at ${high}`,
  rise: { ...TWENTY_EACH.rise, high },
  fall: { ...TWENTY_EACH.fall, high: high - 5 },
});

const SCAM = ['authority', 'threat', 'ask_code', 'secrecy', 'ask_move_money'] as const;
const HONEST = ['authority', 'urgency'] as const;

const trial = (call: StoredCall, policy: RiskPolicy): Trial => {
  const tried = tryPolicy(call, policy);
  if (tried === null) throw new Error('not replayed');
  return tried;
};

describe('a policy that is tried on stored calls', () => {
  it('that alerts at fewer points does so earlier, and where nothing was alerted', () => {
    expect(changeOf(trial(newStoredCall(SCAM), risesAt(35)), 'high')).toBe('earlier');
    expect(changeOf(trial(newStoredCall(HONEST), risesAt(35)), 'high')).toBe('newly');
  });

  it('that alerts at more points does so later, or no longer', () => {
    expect(changeOf(trial(newStoredCall(SCAM), risesAt(75)), 'high')).toBe('later');
    expect(changeOf(trial(newStoredCall(SCAM.slice(0, 3)), risesAt(75)), 'high')).toBe('no longer');
  });

  it('that is the one in force changes nothing', () => {
    for (const call of [newStoredCall(SCAM), newStoredCall(HONEST)]) {
      const { before, after } = trial(call, TWENTY_EACH);
      expect(after).toEqual(before);
    }
    expect(changeOf(trial(newStoredCall(HONEST), TWENTY_EACH), 'high')).toBe('never');
  });

  it('is not tried on a call whose record is not whole', () => {
    const call = newStoredCall(SCAM);
    expect(tryPolicy({ ...call, verdicts: call.verdicts.slice(1) }, TWENTY_EACH)).toBeNull();
  });

  it('is told by the calls that it changes, the sums, and what it does to labelled calls', () => {
    const [scam, honest, quiet] = [newStoredCall(SCAM, 'scam'), newStoredCall(HONEST, 'legitimate'), newStoredCall([])];
    const policy = risesAt(35);
    const text = tellTrials(
      [scam, honest, quiet].map((call) => trial(call, policy)),
      2,
      policy,
    );
    expect(text).toContain('Policy high at 35');
    expect(text).toMatch(new RegExp(`${scam.callSid}  scam +first alert earlier \\(3.0 s → 2.0 s\\)$`, 'm'));
    expect(text).toMatch(new RegExp(`${honest.callSid}  legitimate +first alert newly \\(– → 2.0 s\\)$`, 'm'));
    expect(text).not.toContain(quiet.callSid);
    expect(text).toContain('first alert: earlier 1, later 0, newly 1, no longer 0, unchanged 0, never 1');
    expect(text).toContain('Of 1 labelled legitimate: alerted 0, now 1.');
    expect(text).toContain('2 more cannot be replayed');
  });
});
