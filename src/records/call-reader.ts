import { asc, eq, or } from 'drizzle-orm';
import { type AlertId, type CallSid, utteranceIdOf } from '../call/ids.ts';
import { alertEvents, alerts, deliveries } from './alert-schema.ts';
import type { Database } from './database.ts';
import { readFeedback } from './feedback-store.ts';
import { activeCalls, callFacts, fraudAnalyses, transcriptionEvents } from './schema.ts';

/** One call with all that is recorded of it; null when it is unknown. A live call is at most a moment behind. */
export type CallReader = (callSid: CallSid) => Promise<CallRecord | null>;
export type CallRecord = NonNullable<Awaited<ReturnType<typeof readCall>>>;

export const createCallReader =
  (db: Database): CallReader =>
  (callSid) =>
    readCall(db, callSid);

async function readCall(db: Database, callSid: CallSid) {
  const [call] = await db
    .select({
      callSid: activeCalls.callSid,
      userId: activeCalls.userId,
      from: activeCalls.fromNumber,
      to: activeCalls.toNumber,
      status: activeCalls.status,
      risk: activeCalls.risk,
      scamType: activeCalls.scamType,
      priors: activeCalls.priors,
      blindMs: activeCalls.blindMs,
      model: {
        requests: activeCalls.modelRequests,
        inputTokens: activeCalls.modelInputTokens,
        cachedInputTokens: activeCalls.modelCachedInputTokens,
        outputTokens: activeCalls.modelOutputTokens,
      },
      startedAt: activeCalls.startedAt,
      endedAt: activeCalls.endedAt,
    })
    .from(activeCalls)
    .where(eq(activeCalls.callSid, callSid));
  if (call === undefined) return null;
  const [transcript, facts, analyses, told, feedback] = await Promise.all([
    readTranscript(db, callSid),
    readFacts(db, callSid),
    readAnalyses(db, callSid),
    readWhatWasTold(db, callSid),
    readFeedback(db, [callSid]),
  ]);
  return { ...call, transcript, facts, analyses, ...told, feedback: feedback.map(({ callSid: _, ...each }) => each) };
}

async function readTranscript(db: Database, callSid: CallSid) {
  const rows = await db
    .select({
      number: transcriptionEvents.utteranceNumber,
      speaker: transcriptionEvents.speaker,
      text: transcriptionEvents.text,
      startMs: transcriptionEvents.startMs,
      endMs: transcriptionEvents.endMs,
    })
    .from(transcriptionEvents)
    .where(eq(transcriptionEvents.callId, callSid))
    .orderBy(asc(transcriptionEvents.utteranceNumber));
  return rows.map(({ number, ...spoken }) => ({ id: utteranceIdOf(number), ...spoken }));
}

const readFacts = (db: Database, callSid: CallSid) =>
  db
    .select({
      tactic: callFacts.tactic,
      utteranceId: callFacts.utteranceId,
      quote: callFacts.quote,
      stance: callFacts.stance,
      finder: callFacts.finder,
      cue: callFacts.cue,
      atMs: callFacts.atMs,
    })
    .from(callFacts)
    .where(eq(callFacts.callId, callSid))
    .orderBy(asc(callFacts.atMs), asc(callFacts.tactic));

const readAnalyses = (db: Database, callSid: CallSid) =>
  db
    .select({
      id: fraudAnalyses.id,
      finder: fraudAnalyses.finder,
      risk: fraudAnalyses.risk,
      score: fraudAnalyses.score,
      scamType: fraudAnalyses.scamType,
      because: fraudAnalyses.because,
      summary: fraudAnalyses.summary,
      policyVersion: fraudAnalyses.policyVersion,
      promptVersion: fraudAnalyses.promptVersion,
      weightsVersion: fraudAnalyses.weightsVersion,
      atMs: fraudAnalyses.atMs,
      createdAt: fraudAnalyses.createdAt,
    })
    .from(fraudAnalyses)
    .where(eq(fraudAnalyses.callId, callSid))
    .orderBy(asc(fraudAnalyses.atMs), asc(fraudAnalyses.createdAt));

/** The alerts, and the notice that protection was interrupted, each with its messages and its audit trail. */
async function readWhatWasTold(db: Database, callSid: CallSid) {
  const rows = await db
    .select({
      id: alerts.id,
      step: alerts.step,
      scamType: alerts.scamType,
      message: alerts.message,
      raisedAt: alerts.raisedAt,
      acknowledgedAt: alerts.acknowledgedAt,
      acknowledgedBy: alerts.acknowledgedBy,
      falseAlarmAt: alerts.falseAlarmAt,
      analysisId: alerts.fraudAnalysisId,
    })
    .from(alerts)
    .where(eq(alerts.callId, callSid))
    .orderBy(asc(alerts.raisedAt));
  const sent = await db
    .select({
      id: deliveries.id,
      alertId: deliveries.alertId,
      contactId: deliveries.contactId,
      channel: deliveries.channel,
      status: deliveries.status,
      attempts: deliveries.attempts,
      errorCode: deliveries.errorCode,
      error: deliveries.error,
    })
    .from(deliveries)
    .leftJoin(alerts, eq(alerts.id, deliveries.alertId))
    .where(or(eq(alerts.callId, callSid), eq(deliveries.callId, callSid)))
    .orderBy(asc(deliveries.scheduledAt), asc(deliveries.channel));
  const events = await readEvents(db, callSid);
  const about = (id: AlertId | null) => ({
    deliveries: sent.filter(({ alertId }) => alertId === id).map(({ alertId: _, ...delivery }) => delivery),
    events: events.filter(({ alertId }) => alertId === id).map(({ alertId: _, ...event }) => event),
  });
  const interruption = about(null);
  return {
    alerts: rows.map((alert) => ({ ...alert, ...about(alert.id) })),
    interruption: interruption.events.length > 0 ? interruption : null,
  };
}

const readEvents = (db: Database, callSid: CallSid) =>
  db
    .select({
      alertId: alertEvents.alertId,
      at: alertEvents.at,
      type: alertEvents.type,
      by: alertEvents.by,
      deliveryId: alertEvents.deliveryId,
      contactId: alertEvents.contactId,
      channel: alertEvents.channel,
      detail: alertEvents.detail,
    })
    .from(alertEvents)
    .where(eq(alertEvents.callId, callSid))
    .orderBy(asc(alertEvents.id));
