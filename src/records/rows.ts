import { sql } from 'drizzle-orm';
import type { PgInsertValue } from 'drizzle-orm/pg-core';
import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import type { Channel } from '../call/event.ts';
import { type AlertId, type CallSid, type ContactId, type DeliveryId, newId } from '../call/ids.ts';
import type { deliveries } from './alert-schema.ts';
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
  readonly contactId: ContactId;
  readonly message: string;
  readonly alertId?: AlertId;
  /** The call that a notice is about. */
  readonly callId?: CallSid;
  readonly channel?: Channel;
  readonly afterS?: number;
}

/** A text message that is due at once, unless something else is said. */
export function newDeliveryRow({
  channel = 'sms',
  afterS = 0,
  ...delivery
}: NewDelivery): PgInsertValue<typeof deliveries> {
  // Cut to what the column holds: rounded up, it would not be due yet in this very transaction.
  const scheduledAt = sql`date_trunc('milliseconds', now()) + ${afterS} * interval '1 second'`;
  return { id: newId<DeliveryId>(), ...delivery, channel, status: 'pending', dueAt: scheduledAt, scheduledAt };
}
