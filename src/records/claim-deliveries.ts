import { and, asc, eq, isNull, lte, or, sql } from 'drizzle-orm';
import type { ClaimedDelivery, ClaimLimits } from '../alerting/alert-ledger.ts';
import type { AlertId, CallSid, DeliveryId } from '../call/ids.ts';
import { alertEvents, alerts, deliveries } from './alert-schema.ts';
import type { Database, Transaction } from './database.ts';
import { emergencyContacts, users } from './schema.ts';

const isEscalation = sql<boolean>`${deliveries.scheduledAt} > ${deliveries.createdAt}`;
const isRequest = sql<boolean>`(${deliveries.alertId} is null and ${deliveries.callId} is null)`;

/**
 * A request for consent goes to who has not answered; anything else to those who agreed, an alert until somebody calls it
 * false, and a step of its escalation until somebody acknowledges it.
 */
const isWanted = sql<boolean>`case when ${isRequest} then ${emergencyContacts.status} = 'pending'
  else ${emergencyContacts.status} = 'active' and ${alerts.falseAlarmAt} is null
    and (${alerts.acknowledgedAt} is null or not ${isEscalation}) end`;

/** Of a moment that an instance saw by a clock of its own it may be too soon. */
const msSince = (moment: unknown) => sql<number>`greatest(0, extract(epoch from now() - ${moment}) * 1000)::float8`;

export interface Claimant {
  /** Names this worker in the leases it takes. */
  readonly instanceId: string;
  /** How long nothing else is sent to a contact after the carrier asked for fewer requests. */
  readonly restMs: number;
}

/**
 * Claims what is due, of one alert or of all. One statement: the family waits for every round trip. The audit trail is
 * written by the same one.
 */
export async function claimDeliveries(
  db: Database | Transaction,
  { limit, leaseMs, alertId: ofAlert }: ClaimLimits & { readonly alertId?: AlertId },
  { instanceId, restMs }: Claimant,
): Promise<ClaimedDelivery[]> {
  const isDue = lte(deliveries.dueAt, sql`now()`);
  // Claimed along with the record, whose answer was lost: nobody else knows of it.
  const isOurs = and(eq(deliveries.status, 'sending'), eq(deliveries.leasedBy, instanceId));
  const due = db.$with('due').as(
    db
      .select({
        dueId: sql<DeliveryId>`${deliveries.id}`.as('due_id'),
        isUncertain: sql<boolean>`${deliveries.status} = 'sending'`.as('is_uncertain'),
        isWanted: isWanted.as('is_wanted'),
        isEscalation: isEscalation.as('is_escalation'),
        isRequest: isRequest.as('is_request'),
        to: sql<typeof emergencyContacts.$inferSelect.phoneNumber>`${emergencyContacts.phoneNumber}`.as('to_number'),
        line: users.lineNumber,
        userName: users.name,
        callSid: sql<CallSid | null>`coalesce(${alerts.callId}, ${deliveries.callId})`.as('call_sid'),
        step: alerts.step,
        scamType: alerts.scamType,
        spokenAt: alerts.spokenAt,
        decidedAt: alerts.decidedAt,
        raisedAt: alerts.raisedAt,
      })
      .from(deliveries)
      .innerJoin(emergencyContacts, eq(emergencyContacts.id, deliveries.contactId))
      .innerJoin(users, eq(users.id, emergencyContacts.userId))
      .leftJoin(alerts, eq(alerts.id, deliveries.alertId))
      .where(
        and(
          ofAlert === undefined ? isDue : and(eq(deliveries.alertId, ofAlert), or(isDue, isOurs)),
          sql`not contact_is_resting(${deliveries.contactId}, ${restMs}, ${deliveries.id})`,
        ),
      )
      .orderBy(isNull(deliveries.alertId), isNull(deliveries.callId), asc(deliveries.dueAt))
      .limit(limit)
      .for('update', { of: deliveries, skipLocked: true }),
  );
  const claimed = db.$with('claimed').as(
    db
      .update(deliveries)
      .set({
        status: sql`case when ${due.isWanted} then 'sending' else 'cancelled' end`,
        attempts: sql`${deliveries.attempts} + 1`,
        dueAt: sql`case when ${due.isWanted} then now() + ${leaseMs} * interval '1 millisecond' end`,
        leasedBy: instanceId,
        updatedAt: sql`now()`,
      })
      .from(due)
      .where(eq(deliveries.id, due.dueId))
      .returning({
        deliveryId: deliveries.id,
        contactId: deliveries.contactId,
        channel: deliveries.channel,
        alertId: deliveries.alertId,
        message: deliveries.message,
        attempts: deliveries.attempts,
        scheduledAt: deliveries.scheduledAt,
        ageMs: msSince(deliveries.scheduledAt).as('age_ms'),
        to: due.to,
        line: due.line,
        userName: due.userName,
        callSid: due.callSid,
        step: due.step,
        scamType: due.scamType,
        spokenAt: due.spokenAt,
        decidedAt: due.decidedAt,
        alertAgeMs: msSince(due.raisedAt).as('alert_age_ms'),
        isUncertain: due.isUncertain,
        isWanted: due.isWanted,
        isEscalation: due.isEscalation,
        isRequest: due.isRequest,
      }),
  );
  const type = sql`case when not ${claimed.isWanted} then 'cancelled'
    when ${claimed.isEscalation} and ${claimed.attempts} = 1 then 'escalated' else 'attempted' end`;
  const trail = db
    .$with('trail', {})
    .as(sql`insert into ${alertEvents} (call_id, alert_id, type, by, delivery_id, contact_id, channel)
    select ${claimed.callSid}, ${claimed.alertId}, ${type}, ${instanceId}::text, ${claimed.deliveryId}, ${claimed.contactId}, ${claimed.channel}
    from ${claimed} where ${claimed.callSid} is not null`);
  const rows = await db.with(due, claimed, trail).select().from(claimed);
  return rows.flatMap(
    ({
      alertId,
      callSid,
      step,
      scamType,
      userName,
      spokenAt,
      decidedAt,
      alertAgeMs,
      isWanted: wanted,
      ...delivery
    }) => {
      if (!wanted) return [];
      const isOfAlert =
        alertId !== null &&
        callSid !== null &&
        step !== null &&
        scamType !== null &&
        spokenAt !== null &&
        decidedAt !== null;
      const alert = isOfAlert
        ? {
            alertId,
            callSid,
            step,
            scamType,
            userName,
            spokenAt: spokenAt.getTime(),
            decidedAt: decidedAt.getTime(),
            ageMs: alertAgeMs,
          }
        : null;
      return { ...delivery, alert, scheduledAt: delivery.scheduledAt.getTime() };
    },
  );
}
