import { sql } from 'drizzle-orm';
import type { PgInsertValue } from 'drizzle-orm/pg-core';
import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import { type AlertId, type CallSid, type ContactId, type DeliveryId, newId } from '../call/ids.ts';
import type { activeCalls, deliveries, fraudAnalyses } from './schema.ts';

/** A call as it begins. */
export const newCallRow = (
  call: Call,
  owner: CallOwner | null,
  instanceId: string,
): typeof activeCalls.$inferInsert => ({
  callSid: call.callSid,
  userId: owner?.userId ?? call.userId,
  fromNumber: call.from,
  toNumber: call.to,
  status: 'in-progress',
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
  atMs: analysis.atMs,
});

/** A message that is due at once. */
export const newDeliveryRow = (
  contactId: ContactId,
  alertId: AlertId | null,
  message: string,
): PgInsertValue<typeof deliveries> => ({
  id: newId<DeliveryId>(),
  alertId,
  contactId,
  channel: 'sms',
  message,
  status: 'pending',
  dueAt: sql`now()`,
});
