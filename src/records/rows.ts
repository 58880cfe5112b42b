import { type SQL, sql } from 'drizzle-orm';
import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import type { Channel } from '../call/event.ts';
import { type AlertId, type CallSid, type ContactId, type DeliveryId, newId } from '../call/ids.ts';
import type { fraudAnalyses } from './schema.ts';

/** A call that was given a stream token, which lasts a minute, and has not opened its stream, is an orphan after that. */
export const streamIsDue = sql`now() + interval '1 minute'`;

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
  readonly id?: DeliveryId;
  readonly contactId: ContactId;
  readonly message: string;
  readonly alertId?: AlertId;
  /** The call that a notice is about. */
  readonly callId?: CallSid;
  readonly channel?: Channel;
  readonly afterS?: number;
}

/** Leases and due times are the database's own clock, so that instances need not agree on the time. */
export const fromNow = (ms: number | SQL): SQL => sql`now() + ${ms} * interval '1 millisecond'`;

/** Cut to what the columns hold: rounded up, a delivery would not be due yet in this very transaction. */
export const transactionBegan = sql`date_trunc('milliseconds', now())`;

/** A text message that is due at once, unless something else is said. */
export function newDeliveryRow({ id = newId<DeliveryId>(), channel = 'sms', afterS = 0, ...delivery }: NewDelivery) {
  const scheduledAt = afterS === 0 ? transactionBegan : sql`${transactionBegan} + ${afterS} * interval '1 second'`;
  return { id, ...delivery, channel, status: 'pending' as const, dueAt: scheduledAt, scheduledAt };
}

/** What is set of a delivery whose first attempt this worker makes. */
export const firstAttempt = (instanceId: string, leaseEnds: SQL) =>
  ({ status: 'sending', attempts: 1, dueAt: leaseEnds, leasedBy: instanceId }) as const;
