import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/call/analysis.ts';
import { type Fact, TACTICS } from '../../src/call/facts.ts';
import { type AnalysisId, newId, type ScoringId, utteranceIdOf } from '../../src/call/ids.ts';
import type { StoredCall } from '../../src/records/stored-calls.ts';
import { changeOf, type Trial, tryPolicy } from '../../src/replay/policy-trial.ts';
import { tellTrials } from '../../src/replay/replay-text.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { assessRisk, type RiskPolicy } from '../../src/scoring/risk-policy.ts';
import { newCallSid } from '../support/people.ts';

const RULE = { weight: 20, halfLifeMs: null, repetitionShare: 0, repetitions: 0 };

/** Twenty points for each tactic, and nothing else. */
const risesAt = (high: number): RiskPolicy => ({
  ...DEFAULT_POLICY,
  version: `high at ${high}`,
  tactics: Object.fromEntries(TACTICS.map((tactic) => [tactic, RULE])) as RiskPolicy['tactics'],
  combinations: [],
  furtherAsk: { of: [], bonus: 0 },
  likeness: { ...DEFAULT_POLICY.likeness, points: 0 },
  unasked: { most: 100, asks: [], types: [] },
  rise: { elevated: 30, high, critical: 90 },
  fall: { elevated: 20, high: high - 5, critical: 80 },
});
const IN_FORCE = risesAt(60);

/** A call that presses one thing after the other, a second apart, as the policy in force judged it. */
function storedCall(tactics: ReadonlyArray<Fact['tactic']>, verdict?: 'scam' | 'legitimate'): StoredCall {
  const scoringId = newId<ScoringId>();
  const facts = tactics.map(
    (tactic, at): Fact => ({
      ...{ tactic, utteranceId: utteranceIdOf(at + 1), quote: '', stance: 'pressed', finder: 'local' },
      atMs: (at + 1) * 1_000,
    }),
  );
  const verdicts = facts.map(
    ({ quote: _, ...reading }, at): Analysis => ({
      analysisId: newId<AnalysisId>(),
      finder: 'local',
      assessment: assessRisk(facts.slice(0, at + 1), new Set(), null, reading.atMs, IN_FORCE),
      scamType: 'none',
      summary: '',
      policyVersion: IN_FORCE.version,
      weightsVersion: IN_FORCE.likeness.model.version,
      promptVersion: null,
      basis: { scoringId, number: at + 1, stories: [], priors: null, readings: [reading] },
      atMs: reading.atMs,
    }),
  );
  const said = { source: 'operator', contactId: null, scamType: null, note: null, givenAt: new Date(0) } as const;
  const feedback = verdict === undefined ? [] : [{ ...said, verdict }];
  return { callSid: newCallSid(), from: null, startedAt: new Date(0), feedback, verdicts };
}

const SCAM = ['authority', 'threat', 'ask_code', 'secrecy', 'ask_move_money'] as const;
const HONEST = ['authority', 'urgency'] as const;

const trial = (call: StoredCall, policy: RiskPolicy): Trial => {
  const tried = tryPolicy(call, policy);
  if (tried === null) throw new Error('not replayed');
  return tried;
};

describe('a policy that is tried on stored calls', () => {
  it('that alerts at fewer points does so earlier, and where nothing was alerted', () => {
    expect(changeOf(trial(storedCall(SCAM), risesAt(35)), 'high')).toBe('earlier');
    expect(changeOf(trial(storedCall(HONEST), risesAt(35)), 'high')).toBe('newly');
  });

  it('that alerts at more points does so later, or no longer', () => {
    expect(changeOf(trial(storedCall(SCAM), risesAt(75)), 'high')).toBe('later');
    expect(changeOf(trial(storedCall(SCAM.slice(0, 3)), risesAt(75)), 'high')).toBe('no longer');
  });

  it('that is the one in force changes nothing', () => {
    for (const call of [storedCall(SCAM), storedCall(HONEST)]) {
      const { before, after } = trial(call, IN_FORCE);
      expect(after).toEqual(before);
    }
    expect(changeOf(trial(storedCall(HONEST), IN_FORCE), 'high')).toBe('never');
  });

  it('is not tried on a call whose record is not whole', () => {
    const call = storedCall(SCAM);
    expect(tryPolicy({ ...call, verdicts: call.verdicts.slice(1) }, IN_FORCE)).toBeNull();
  });

  it('is told by the calls that it changes, the sums, and what it does to labelled calls', () => {
    const [scam, honest, quiet] = [storedCall(SCAM, 'scam'), storedCall(HONEST, 'legitimate'), storedCall([])];
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
