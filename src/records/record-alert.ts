import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { ClaimedDelivery, NewAlert, RecordedAlert } from '../alerting/alert-ledger.ts';
import { NO_ESCALATION, planEscalation } from '../alerting/escalation.ts';
import { spokenAlert } from '../alerting/voice-text.ts';
import type { AlertStep } from '../call/event.ts';
import { type CallSid, stepDeliveryId, type UserId } from '../call/ids.ts';
import { alertEvents, alerts, deliveries } from './alert-schema.ts';
import type { Transaction } from './database.ts';
import { analysisRow, newCallRow, newDeliveryRow, streamIsDue } from './rows.ts';
import { activeCalls, emergencyContacts, fraudAnalyses, users } from './schema.ts';

export interface RecordOptions {
  readonly steps?: readonly AlertStep[];
  /** Asked as soon as the alert's deliveries are on their way into the record. */
  readonly claim?: (() => Promise<ClaimedDelivery[]>) | undefined;
}

export interface Recording extends Omit<RecordedAlert, 'claimed'> {
  /** Settles with the last of what was asked of Postgres: the commit need not wait for it. */
  readonly claimed: Promise<readonly ClaimedDelivery[]>;
}

/**
 * Writes an alert and its deliveries, unless one of `steps` is known of the call, and has `claim` take what is due of it.
 * Statements that need no answer of each other go together: the family waits for every round trip.
 */
export async function recordAlert(
  transaction: Transaction,
  alert: NewAlert,
  instanceId: string,
  { steps = asGraveAs(alert.step), claim = async () => [] }: RecordOptions,
): Promise<Recording> {
  const { alertId, call, owner, step, analysis } = alert;
  const { callSid } = call;
  const [, , [known], contacts] = await Promise.all([
    // The call's row and the deciding analysis may not have been written behind yet.
    transaction
      .insert(activeCalls)
      .values({ ...newCallRow(call, owner, instanceId), heartbeatAt: streamIsDue })
      .onConflictDoNothing(),
    // Two steps of a call do not overtake each other. The call's own row is busy with the record that is written behind.
    transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${callSid}, 0))`),
    knownAlert(transaction, callSid, steps),
    contactsOf(transaction, owner.userId),
    transaction.insert(fraudAnalyses).values(analysisRow(callSid, analysis)).onConflictDoNothing(),
  ]);
  if (known !== undefined) {
    const isNew = known.alertId === alertId;
    return sent({ alertId: known.alertId, isNew, claimed: isNew ? claim() : Promise.resolve([]) });
  }
  const active = contacts.filter(({ status }) => status === 'active');
  const messages = {
    sms: alert.message,
    voice: spokenAlert(step, analysis.scamType, owner.name, null),
  };
  const rows = planEscalation(active, active[0] ?? NO_ESCALATION).map(
    ({ contact: { id: contactId }, channel, afterS }) => {
      const row = newDeliveryRow({ contactId, alertId, channel, afterS, message: messages[channel] });
      // A text may have left already, under this name.
      return channel === 'sms' ? { ...row, id: stepDeliveryId(callSid, step, contactId) } : row;
    },
  );
  const written = Promise.all([
    transaction.insert(alerts).values({
      id: alertId,
      callId: callSid,
      fraudAnalysisId: analysis.analysisId,
      step,
      scamType: analysis.scamType,
      message: alert.message,
      spokenAt: new Date(alert.spokenAt),
      decidedAt: new Date(alert.decidedAt),
      raisedAt: new Date(alert.raisedAt),
    }),
    transaction.insert(alertEvents).values({ callId: callSid, alertId, type: 'raised', by: instanceId, detail: step }),
    rows.length > 0 ? transaction.insert(deliveries).values(rows) : null,
  ]);
  // After what it is to find has been sent, and before that is answered.
  const claimed = Promise.all([claim(), written]).then(([taken]) => taken);
  return sent({ alertId, isNew: true, claimed });
}

/** What is not awaited has been handed to the driver when the microtasks have run out, or has failed before it got there. */
async function sent(recording: Recording): Promise<Recording> {
  await Promise.race([recording.claimed, new Promise<void>((resolve) => process.nextTick(resolve))]);
  return recording;
}

/** The family is not told less than it knows. */
const asGraveAs = (step: AlertStep): AlertStep[] => (step === 'critical' ? ['critical'] : ['high', 'critical']);

const knownAlert = (transaction: Transaction, callSid: CallSid, steps: readonly AlertStep[]) =>
  transaction
    .select({ alertId: alerts.id })
    .from(alerts)
    .where(and(eq(alerts.callId, callSid), inArray(alerts.step, [...steps])));

/** All of them are locked, so that one who agrees at this moment finds the alert, or is found. */
const contactsOf = (transaction: Transaction, userId: UserId) =>
  transaction
    .select({
      id: emergencyContacts.id,
      status: emergencyContacts.status,
      contactsAfterS: users.contactsAfterS,
      voiceAfterS: users.voiceAfterS,
    })
    .from(emergencyContacts)
    .innerJoin(users, eq(users.id, emergencyContacts.userId))
    .where(eq(emergencyContacts.userId, userId))
    .orderBy(asc(emergencyContacts.createdAt), asc(emergencyContacts.id))
    .for('share', { of: emergencyContacts });
