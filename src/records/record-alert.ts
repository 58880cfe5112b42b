import { and, eq, inArray, sql } from 'drizzle-orm';
import type { NewAlert } from '../alerting/alert-ledger.ts';
import type { AlertStep } from '../call/event.ts';
import { type CallSid, stepDeliveryId } from '../call/ids.ts';
import type { Transaction } from './database.ts';
import { analysisRow, newCallRow, newDeliveryRow } from './rows.ts';
import { activeCalls, alerts, deliveries, emergencyContacts, fraudAnalyses } from './schema.ts';

/**
 * Writes an alert and its deliveries, unless one of `steps` is known of the call. Statements that need no answer of each
 * other go together: the family waits for every round trip.
 */
export async function recordAlert(
  transaction: Transaction,
  alert: NewAlert,
  instanceId: string,
  steps: readonly AlertStep[] = asGraveAs(alert.step),
) {
  const { alertId, call, owner, step, analysis } = alert;
  const { callSid } = call;
  const [, , [known]] = await Promise.all([
    // The call's row and the deciding analysis may not have been written behind yet.
    transaction
      .insert(activeCalls)
      .values(newCallRow(call, owner, instanceId))
      .onConflictDoNothing(),
    // Two steps of a call do not overtake each other. The call's own row is busy with the record that is written behind.
    transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${callSid}, 0))`),
    knownAlert(transaction, callSid, steps),
    transaction.insert(fraudAnalyses).values(analysisRow(callSid, analysis)).onConflictDoNothing(),
  ]);
  if (known !== undefined) return { alertId: known.alertId, isNew: known.alertId === alertId };
  const [, contacts] = await Promise.all([
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
    // All of them are locked, so that one who agrees at this moment finds the alert, or is found.
    transaction
      .select({ id: emergencyContacts.id, status: emergencyContacts.status })
      .from(emergencyContacts)
      .where(eq(emergencyContacts.userId, owner.userId))
      .for('share'),
  ]);
  const rows = contacts
    .filter(({ status }) => status === 'active')
    .map(({ id }) => ({ ...newDeliveryRow(id, alertId, alert.message), id: stepDeliveryId(callSid, step, id) }));
  if (rows.length > 0) await transaction.insert(deliveries).values(rows);
  return { alertId, isNew: true };
}

/** The family is not told less than it knows. */
const asGraveAs = (step: AlertStep): AlertStep[] => (step === 'critical' ? ['critical'] : ['high', 'critical']);

const knownAlert = (transaction: Transaction, callSid: CallSid, steps: readonly AlertStep[]) =>
  transaction
    .select({ alertId: alerts.id })
    .from(alerts)
    .where(and(eq(alerts.callId, callSid), inArray(alerts.step, [...steps])));
