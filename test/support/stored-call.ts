import type { Analysis } from '../../src/call/analysis.ts';
import { type Fact, TACTICS, type Tactic } from '../../src/call/facts.ts';
import type { Opinion } from '../../src/call/feedback.ts';
import { type AnalysisId, newId, type PhoneNumber, type ScoringId, utteranceIdOf } from '../../src/call/ids.ts';
import type { StoredCall } from '../../src/records/stored-calls.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { assessRisk, type RiskPolicy } from '../../src/scoring/risk-policy.ts';
import { newCallSid } from './people.ts';

const RULE = { weight: 20, halfLifeMs: null, repetitionShare: 0, repetitions: 0 };

/** Twenty points for each tactic, and nothing else. */
export const TWENTY_EACH: RiskPolicy = {
  ...DEFAULT_POLICY,
  version: 'twenty each',
  tactics: Object.fromEntries(TACTICS.map((tactic) => [tactic, RULE])) as RiskPolicy['tactics'],
  combinations: [],
  furtherAsk: { of: [], bonus: 0 },
  likeness: { ...DEFAULT_POLICY.likeness, points: 0 },
  unwordedShare: 1,
  unasked: { most: 100, asks: [], types: [] },
  rise: { elevated: 30, high: 60, critical: 90 },
  fall: { elevated: 20, high: 50, critical: 80 },
};

/** A call in which the local finder finds one thing after the other, a second apart, as that policy judges it. */
export function newStoredCall(
  tactics: readonly Tactic[],
  verdict?: Opinion['verdict'],
  from: PhoneNumber | null = null,
): StoredCall {
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
      assessment: assessRisk(facts.slice(0, at + 1), new Set(), null, reading.atMs, TWENTY_EACH),
      scamType: 'none',
      summary: '',
      policyVersion: TWENTY_EACH.version,
      weightsVersion: TWENTY_EACH.likeness.model.version,
      promptVersion: null,
      basis: { scoringId, number: at + 1, stories: [], priors: null, readings: [reading] },
      atMs: reading.atMs,
    }),
  );
  const said = { source: 'operator', contactId: null, scamType: null, note: null, givenAt: new Date(0) } as const;
  const feedback = verdict === undefined ? [] : [{ ...said, verdict }];
  return { callSid: newCallSid(), from, startedAt: new Date(0), feedback, verdicts };
}
