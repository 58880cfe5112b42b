import { and, eq, inArray, ne, or, type SQL, sql } from 'drizzle-orm';
import type { DeliveryOutcome, NewAlert, SentDelivery } from '../alerting/alert-ledger.ts';
import type { DeliveryId } from '../call/ids.ts';
import { alertEvents, deliveries } from './alert-schema.ts';
import type { Claimant } from './claim-deliveries.ts';
import type { Transaction } from './database.ts';
import { recordAlert } from './record-alert.ts';
import { newDeliveryRow } from './rows.ts';
import { emergencyContacts } from './schema.ts';

/** What the audit trail names of a delivery. */
const ATTEMPTED = {
  alertId: deliveries.alertId,
  deliveryId: deliveries.id,
  contactId: deliveries.contactId,
  channel: deliveries.channel,
};

/**
 * Writes an alert whose messages left before it could be written, as this worker's first attempts, which are under way
 * until `leaseEnds`. What has gone further already stays. Returns the outcomes that are to be settled.
 */
export async function recordSentAlert(
  transaction: Transaction,
  alert: NewAlert,
  sent: readonly SentDelivery[],
  leaseEnds: SQL,
  options: Claimant,
): Promise<ReadonlyArray<{ readonly deliveryId: DeliveryId; readonly outcome: DeliveryOutcome }>> {
  // What has been sent belongs into the record, though a graver step may stand there already.
  const { alertId } = await recordAlert(transaction, alert, options, { steps: [alert.step] });
  const { instanceId } = options;
  const idOf = new Map(sent.map(({ contactId, deliveryId }) => [contactId, deliveryId]));
  if (idOf.size === 0) return [];
  // Its messages are looked for among those of the carrier from then on: never from a time to come.
  const raisedAt = sql`least(${new Date(alert.raisedAt).toISOString()}::timestamptz, now())`;
  const attempt = {
    status: 'sending' as const,
    attempts: 1,
    dueAt: leaseEnds,
    leasedBy: instanceId,
    // It was told at once, whatever the escalation has become since.
    scheduledAt: raisedAt,
    createdAt: raisedAt,
  };
  // A late record of this worker's has begun them already.
  await transaction
    .update(deliveries)
    .set({ dueAt: leaseEnds })
    .where(
      and(
        inArray(deliveries.id, [...idOf.values()]),
        eq(deliveries.status, 'sending'),
        eq(deliveries.attempts, 1),
        eq(deliveries.leasedBy, instanceId),
      ),
    );
  const begun = [];
  for (const [contactId, id] of idOf) {
    // Who recorded it may not have known of this contact, and so of the message's name.
    const isWaiting = and(
      eq(deliveries.alertId, alertId),
      eq(deliveries.contactId, contactId),
      eq(deliveries.channel, 'sms'),
      eq(deliveries.status, 'pending'),
      eq(deliveries.attempts, 0),
    );
    begun.push(
      ...(await transaction
        .update(deliveries)
        .set({ id, ...attempt })
        .where(isWaiting)
        .returning(ATTEMPTED)),
    );
  }
  // Those who have taken their consent back since have been told all the same.
  const contacts = await transaction
    .select({ id: emergencyContacts.id })
    .from(emergencyContacts)
    .where(inArray(emergencyContacts.id, [...idOf.keys()]));
  const rows = contacts.map(({ id: contactId }) => ({
    ...newDeliveryRow({ contactId, alertId, message: alert.message }),
    ...attempt,
    id: idOf.get(contactId) as DeliveryId,
  }));
  if (rows.length > 0) {
    begun.push(...(await transaction.insert(deliveries).values(rows).onConflictDoNothing().returning(ATTEMPTED)));
  }
  const { callSid: callId } = alert.call;
  const events = begun.map((delivery) => ({ ...delivery, callId, type: 'attempted', by: instanceId }) as const);
  if (events.length > 0) await transaction.insert(alertEvents).values(events);
  return heldByNoOther(transaction, sent);
}

/** Without the messages that an outbox has meanwhile taken for those of other deliveries, with the same words. */
async function heldByNoOther(transaction: Transaction, sent: readonly SentDelivery[]) {
  const known = sent.flatMap(({ deliveryId, outcome }) => (outcome === null ? [] : [{ deliveryId, outcome }]));
  const accepted = known.flatMap(({ deliveryId, outcome }) =>
    outcome.type === 'accepted'
      ? [and(eq(deliveries.providerSid, outcome.providerSid), ne(deliveries.id, deliveryId))]
      : [],
  );
  if (accepted.length === 0) return known;
  const held = await transaction
    .select({ providerSid: deliveries.providerSid })
    .from(deliveries)
    .where(or(...accepted));
  return known.filter(
    ({ outcome }) =>
      outcome.type !== 'accepted' || !held.some(({ providerSid }) => providerSid === outcome.providerSid),
  );
}
