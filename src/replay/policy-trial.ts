import type { AlertStep } from '../call/event.ts';
import { labelOf, type Opinion } from '../call/feedback.ts';
import type { CallSid } from '../call/ids.ts';
import { isAtLeast, type RiskAssessment } from '../call/risk.ts';
import type { StoredCall } from '../records/stored-calls.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';
import { replayCall } from './replayed-call.ts';

/** When a call first reached each step, milliseconds since its first audio; null: never. */
export type AlertTimes = Readonly<Record<AlertStep, number | null>>;

/** What another policy would have changed in a call, at the moments of its recorded verdicts. */
export interface Trial {
  readonly callSid: CallSid;
  readonly label: Opinion['verdict'] | null;
  readonly before: AlertTimes;
  readonly after: AlertTimes;
}

/** Null for a call of which the record does not tell what was known. */
export function tryPolicy({ callSid, feedback, verdicts }: StoredCall, policy: RiskPolicy): Trial | null {
  const judged = replayCall(verdicts, policy);
  const after = judged.flatMap(({ stored: { atMs }, replayed }) => (replayed === null ? [] : { atMs, ...replayed }));
  if (after.length < judged.length) return null;
  return {
    callSid,
    label: labelOf(feedback)?.verdict ?? null,
    before: alertTimes(verdicts.map(({ atMs, assessment }) => ({ atMs, ...assessment }))),
    after: alertTimes(after),
  };
}

function alertTimes(verdicts: ReadonlyArray<RiskAssessment & { readonly atMs: number }>): AlertTimes {
  const first = (step: AlertStep): number | null => verdicts.find(({ level }) => isAtLeast(level, step))?.atMs ?? null;
  return { high: first('high'), critical: first('critical') };
}

export const CHANGES = ['earlier', 'later', 'newly', 'no longer', 'unchanged', 'never'] as const;
export type Change = (typeof CHANGES)[number];

export function changeOf({ before, after }: Trial, step: AlertStep): Change {
  const [then, now] = [before[step], after[step]];
  if (now === null) return then === null ? 'never' : 'no longer';
  if (then === null) return 'newly';
  if (now === then) return 'unchanged';
  return now < then ? 'earlier' : 'later';
}
