import { type SQL, sql } from 'drizzle-orm';
import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import { type AlertId, type CallSid, type ContactId, type DeliveryId, newId } from '../call/ids.ts';
import type { fraudAnalyses } from './schema.ts';

/** Leases and due times are the database's own clock, so that instances need not agree on the time. */
export const fromNow = (ms: number | SQL): SQL => sql`now() + ${ms} * interval '1 millisecond'`;

/** A call that was given a stream token, which lasts a minute, and has not opened its stream, is an orphan after that. */
export const STREAM_DUE_MS = 60_000;
export const streamIsDue = fromNow(STREAM_DUE_MS);

/** A call as it begins, but for its heartbeat, which the database's clock tells: `streamIsDue`. */
export const newCallRow = (call: Call, owner: CallOwner | null, instanceId: string) => ({
  callSid: call.callSid,
  userId: owner?.userId ?? call.userId,
  fromNumber: call.from,
  toNumber: call.to,
  status: 'in-progress' as const,
  instanceId,
  startedAt: new Date(call.startedAt),
});

export const analysisRow = (callSid: CallSid, analysis: Analysis): typeof fraudAnalyses.$inferInsert => ({
  id: analysis.analysisId,
  callId: callSid,
  finder: analysis.finder,
  risk: analysis.assessment.level,
  score: analysis.assessment.score,
  scamType: analysis.scamType,
  because: [...analysis.assessment.because],
  summary: analysis.summary,
  policyVersion: analysis.policyVersion,
  promptVersion: analysis.promptVersion,
  weightsVersion: analysis.weightsVersion,
  basis: analysis.basis,
  atMs: analysis.atMs,
});

export interface NewDelivery {
  readonly contactId: ContactId;
  readonly message: string;
  readonly alertId?: AlertId;
  /** The call that a notice is about. */
  readonly callId?: CallSid;
}

/** A text message that is due at once. */
export function newDeliveryRow(delivery: NewDelivery) {
  // Cut to what the columns hold: rounded up, it would not be due yet in this very transaction.
  const scheduledAt = sql`date_trunc('milliseconds', now())`;
  return {
    id: newId<DeliveryId>(),
    ...delivery,
    channel: 'sms' as const,
    status: 'pending' as const,
    dueAt: scheduledAt,
    scheduledAt,
  };
}
