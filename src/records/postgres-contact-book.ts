import { and, desc, eq, gt, inArray, isNull, lte, ne, type SQL, sql } from 'drizzle-orm';
import type { ContactBook } from '../alerting/contact-book.ts';
import type { AlertId, CallSid, ContactId, PhoneNumber } from '../call/ids.ts';
import { alertEvents, alerts, deliveries } from './alert-schema.ts';
import type { Database, Transaction } from './database.ts';
import { writeFeedback } from './feedback-store.ts';
import { newDeliveryRow } from './rows.ts';
import { activeCalls, emergencyContacts, users } from './schema.ts';

/** An answer that comes later is no answer to the alert any more. */
const ANSWERED_WITHIN_HOURS = 24;
/** Twilio lets no call last longer: https://www.twilio.com/docs/voice/api/call-resource (`TimeLimit`). */
const LONGEST_CALL_HOURS = 4;

export const createPostgresContactBook = (db: Database): ContactBook => ({
  optIn: (from) =>
    db.transaction(async (transaction) => {
      const agreed = await transaction
        .update(emergencyContacts)
        .set({ status: 'active', statusChangedAt: sql`now()` })
        .where(and(eq(emergencyContacts.phoneNumber, from), ne(emergencyContacts.status, 'active')))
        .returning({ id: emergencyContacts.id });
      await sendAlertsThatWaited(
        transaction,
        agreed.map(({ id }) => id),
      );
      return { contacts: agreed.length };
    }),
  async optOut(from) {
    await db
      .update(emergencyContacts)
      .set({ status: 'opted_out', statusChangedAt: sql`now()` })
      .where(eq(emergencyContacts.phoneNumber, from));
  },
  async latestAlert(from: PhoneNumber, { prefersLive }) {
    const [latest] = await db
      .select({
        alertId: alerts.id,
        callSid: alerts.callId,
        contactId: deliveries.contactId,
        userName: users.name,
      })
      .from(deliveries)
      .innerJoin(emergencyContacts, eq(emergencyContacts.id, deliveries.contactId))
      .innerJoin(users, eq(users.id, emergencyContacts.userId))
      .innerJoin(alerts, eq(alerts.id, deliveries.alertId))
      .innerJoin(activeCalls, eq(activeCalls.callSid, alerts.callId))
      .where(
        and(
          eq(emergencyContacts.phoneNumber, from),
          inArray(deliveries.status, ['sending', 'sent', 'delivered']),
          sql`${alerts.raisedAt} > now() - ${ANSWERED_WITHIN_HOURS} * interval '1 hour'`,
        ),
      )
      .orderBy(...(prefersLive ? [desc(eq(activeCalls.status, 'in-progress'))] : []), desc(alerts.raisedAt))
      .limit(1);
    return latest ?? null;
  },
  async alertOf(deliveryId) {
    const [told] = await db
      .select({ alertId: alerts.id, callSid: alerts.callId, contactId: deliveries.contactId, userName: users.name })
      .from(deliveries)
      .innerJoin(emergencyContacts, eq(emergencyContacts.id, deliveries.contactId))
      .innerJoin(users, eq(users.id, emergencyContacts.userId))
      .innerJoin(alerts, eq(alerts.id, deliveries.alertId))
      .where(eq(deliveries.id, deliveryId));
    return told ?? null;
  },
  acknowledge: ({ alertId, callSid, contactId }) =>
    db.transaction(async (transaction) => {
      const [answered] = await transaction
        .select({ raisedAt: alerts.raisedAt })
        .from(alerts)
        .where(eq(alerts.id, alertId));
      if (answered === undefined) return;
      const acknowledged = await transaction
        .update(alerts)
        .set({ acknowledgedAt: sql`now()`, acknowledgedBy: contactId })
        .where(and(eq(alerts.callId, callSid), lte(alerts.raisedAt, answered.raisedAt), isNull(alerts.acknowledgedAt)))
        .returning({ alertId: alerts.id });
      for (const { alertId: id } of acknowledged) {
        const step = { callId: callSid, alertId: id, by: contactId };
        await transaction.insert(alertEvents).values({ ...step, type: 'acknowledged' });
        await cancelPending(transaction, step, gt(deliveries.scheduledAt, deliveries.createdAt));
      }
    }),
  async markFalseAlarm({ alertId, callSid, contactId }) {
    await db.transaction(async (transaction) => {
      await writeFeedback(transaction, callSid, contactId, { verdict: 'legitimate', scamType: null, note: null });
      const marked = await transaction
        .update(alerts)
        .set({ falseAlarmAt: sql`now()` })
        .where(and(eq(alerts.id, alertId), isNull(alerts.falseAlarmAt)))
        .returning({ alertId: alerts.id });
      if (marked.length === 0) return;
      const step = { callId: callSid, alertId, by: contactId };
      await transaction.insert(alertEvents).values({ ...step, type: 'false_alarm' });
      await cancelPending(transaction, step);
    });
  },
});

/** Keeps back what has not left yet; what is under way is cancelled when it would be claimed again. */
async function cancelPending(
  transaction: Transaction,
  step: { readonly callId: CallSid; readonly alertId: AlertId; readonly by: ContactId },
  condition?: SQL,
): Promise<void> {
  const cancelled = await transaction
    .update(deliveries)
    .set({ status: 'cancelled', dueAt: null, updatedAt: sql`now()` })
    .where(and(eq(deliveries.alertId, step.alertId), eq(deliveries.status, 'pending'), condition))
    .returning({ deliveryId: deliveries.id, contactId: deliveries.contactId, channel: deliveries.channel });
  if (cancelled.length === 0) return;
  await transaction
    .insert(alertEvents)
    .values(cancelled.map((delivery) => ({ ...step, ...delivery, type: 'cancelled' as const })));
}

/** The gravest alert of each call that is still going on, to contacts who have only now agreed. */
async function sendAlertsThatWaited(transaction: Transaction, contacts: readonly ContactId[]): Promise<void> {
  if (contacts.length === 0) return;
  const waiting = await transaction
    .selectDistinctOn([emergencyContacts.id, alerts.callId], {
      contactId: emergencyContacts.id,
      alertId: alerts.id,
      message: alerts.message,
    })
    .from(emergencyContacts)
    .innerJoin(activeCalls, eq(activeCalls.userId, emergencyContacts.userId))
    .innerJoin(alerts, eq(alerts.callId, activeCalls.callSid))
    .where(
      and(
        inArray(emergencyContacts.id, [...contacts]),
        eq(activeCalls.status, 'in-progress'),
        isNull(alerts.falseAlarmAt),
        sql`${activeCalls.startedAt} > now() - ${LONGEST_CALL_HOURS} * interval '1 hour'`,
      ),
    )
    .orderBy(emergencyContacts.id, alerts.callId, desc(eq(alerts.step, 'critical')));
  if (waiting.length === 0) return;
  await transaction
    .insert(deliveries)
    .values(waiting.map(({ contactId, alertId, message }) => newDeliveryRow({ contactId, alertId, message })))
    .onConflictDoNothing();
}
