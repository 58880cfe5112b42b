import { and, eq, inArray, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import type {
  AlertLedger,
  Attempt,
  ClaimedDelivery,
  DeliveryChange,
  DeliveryOutcome,
  DeliveryReport,
} from '../alerting/alert-ledger.ts';
import type { DeliveryStatus } from '../call/event.ts';
import type { DeliveryId } from '../call/ids.ts';
import { type Database, databaseErrorCode, FOREIGN_KEY_VIOLATION, type Transaction } from './database.ts';
import { recordAlert } from './record-alert.ts';
import { recordSentAlert } from './record-sent-alert.ts';
import { alerts, deliveries, emergencyContacts } from './schema.ts';

export interface AlertLedgerOptions {
  /** Names this worker in the leases it takes. */
  readonly instanceId: string;
  /** Attempts that a message gets when the carrier reports a failure which may pass. */
  readonly reportedFailures: number;
  /** The pause before the next of them; it doubles each time. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

/** Leases and due times are the database's own clock, so that instances need not agree on the time. */
const fromNow = (ms: number | SQL): SQL => sql`now() + ${ms} * interval '1 millisecond'`;

export function createPostgresAlertLedger(db: Database, options: AlertLedgerOptions): AlertLedger {
  return {
    record: (alert, signal) =>
      db.transaction(async (transaction) => {
        const recorded = await recordAlert(transaction, alert, options.instanceId);
        signal?.throwIfAborted();
        return recorded;
      }),
    async recordSent(alert, sent, { leaseMs }) {
      try {
        return await db.transaction(async (transaction) => {
          const known = await recordSentAlert(transaction, alert, sent, fromNow(leaseMs), options.instanceId);
          const changes: DeliveryChange[] = [];
          // As any worker settles its first attempt.
          for (const { deliveryId, outcome } of known) {
            const change = await settle(transaction, { deliveryId, attempts: 1 }, outcome, options.instanceId);
            if (change !== null) changes.push(change);
          }
          return changes;
        });
      } catch (error) {
        if (databaseErrorCode(error) === FOREIGN_KEY_VIOLATION) return null;
        throw error;
      }
    },
    claimDue: (limits) => claimDue(db, limits, options.instanceId),
    settle: (attempt, outcome) =>
      db.transaction((transaction) => settle(transaction, attempt, outcome, options.instanceId)),
    async unclaimed(providerSids, deliveryId) {
      const held = await db
        .select({ providerSid: deliveries.providerSid })
        .from(deliveries)
        .where(and(inArray(deliveries.providerSid, [...providerSids]), ne(deliveries.id, deliveryId)));
      return providerSids.filter((sid) => !held.some(({ providerSid }) => providerSid === sid));
    },
    async knowsDelivery(deliveryId) {
      const known = await db.select({ id: deliveries.id }).from(deliveries).where(eq(deliveries.id, deliveryId));
      return known.length > 0;
    },
    applyReport: (report) => applyReport(db, report, options),
  };
}

async function claimDue(
  db: Database,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
  instanceId: string,
): Promise<ClaimedDelivery[]> {
  const due = db.$with('due').as(
    db
      .select({
        dueId: sql<DeliveryId>`${deliveries.id}`.as('due_id'),
        statusBefore: sql<DeliveryStatus>`${deliveries.status}`.as('status_before'),
        isWanted: sql<boolean>`${isWanted}`.as('is_wanted'),
        to: emergencyContacts.phoneNumber,
        callSid: alerts.callId,
        spokenAt: alerts.spokenAt,
        decidedAt: alerts.decidedAt,
      })
      .from(deliveries)
      .innerJoin(emergencyContacts, eq(emergencyContacts.id, deliveries.contactId))
      .leftJoin(alerts, eq(alerts.id, deliveries.alertId))
      .where(lte(deliveries.dueAt, sql`now()`))
      .orderBy(isNull(deliveries.alertId), deliveries.dueAt)
      .limit(limit)
      .for('update', { of: deliveries, skipLocked: true }),
  );
  const claimed = await db
    .with(due)
    .update(deliveries)
    .set({
      status: sql`case when ${due.isWanted} then 'sending' else 'cancelled' end`,
      attempts: sql`${deliveries.attempts} + 1`,
      dueAt: sql`case when ${due.isWanted} then ${fromNow(leaseMs)} end`,
      leasedBy: instanceId,
      updatedAt: sql`now()`,
    })
    .from(due)
    .where(eq(deliveries.id, due.dueId))
    .returning({
      deliveryId: deliveries.id,
      contactId: deliveries.contactId,
      alertId: deliveries.alertId,
      message: deliveries.message,
      attempts: deliveries.attempts,
      createdAt: deliveries.createdAt,
      ageMs: sql<number>`(extract(epoch from now() - ${deliveries.createdAt}) * 1000)::float8`,
      statusBefore: due.statusBefore,
      isWanted: due.isWanted,
      to: due.to,
      callSid: due.callSid,
      spokenAt: due.spokenAt,
      decidedAt: due.decidedAt,
    });
  const wanted = claimed.filter((delivery) => delivery.isWanted);
  return wanted.map(({ alertId, callSid, spokenAt, decidedAt, statusBefore, createdAt, isWanted: _, ...delivery }) => ({
    ...delivery,
    alert:
      alertId === null || callSid === null || spokenAt === null || decidedAt === null
        ? null
        : { alertId, callSid, spokenAt: spokenAt.getTime(), decidedAt: decidedAt.getTime() },
    createdAt: createdAt.getTime(),
    isUncertain: statusBefore === 'sending',
  }));
}

/** An alert goes to those who agreed and until somebody calls it false; a request for consent, to who has not answered. */
const isWanted = sql`case when ${deliveries.alertId} is null then ${emergencyContacts.status} = 'pending'
  else ${emergencyContacts.status} = 'active' and ${alerts.falseAlarmAt} is null end`;

/** An acceptance counts whenever it comes; anything else only while the attempt is the present one, and this worker's. */
async function settle(
  db: Transaction,
  { deliveryId, attempts }: Attempt,
  outcome: DeliveryOutcome,
  instanceId: string,
): Promise<DeliveryChange | null> {
  const isOpen =
    outcome.type === 'accepted'
      ? and(inArray(deliveries.status, ['pending', 'sending']), isNotFailedMessage(outcome.providerSid))
      : and(eq(deliveries.status, 'sending'), eq(deliveries.leasedBy, instanceId), eq(deliveries.attempts, attempts));
  const change = await changeDelivery(db, outcomeValues(outcome), and(eq(deliveries.id, deliveryId), isOpen));
  if (change !== null && outcome.type === 'failed' && outcome.isOptedOut) {
    await db
      .update(emergencyContacts)
      .set({ status: 'opted_out', statusChangedAt: sql`now()` })
      .where(eq(emergencyContacts.id, change.contactId));
  }
  return change;
}

function outcomeValues(outcome: DeliveryOutcome) {
  if (outcome.type === 'accepted') {
    return { status: 'sent', providerSid: outcome.providerSid, dueAt: null, errorCode: null, error: null } as const;
  }
  const { code: errorCode, error } = outcome;
  if (outcome.type === 'failed') return { status: 'failed', dueAt: null, errorCode, error } as const;
  const status = outcome.type === 'retry' ? 'pending' : 'sending';
  return { status, dueAt: fromNow(outcome.delayMs), errorCode, error } as const;
}

async function applyReport(
  db: Database,
  { deliveryId, providerSid, status, errorCode, isRetryable }: DeliveryReport,
  { reportedFailures, firstRetryMs, longestRetryMs }: AlertLedgerOptions,
): Promise<DeliveryChange | null> {
  const before: DeliveryStatus[] = status === 'sent' ? ['pending', 'sending'] : ['pending', 'sending', 'sent'];
  // We may have given up a message whose acceptance was never known.
  if (status === 'delivered') before.push('failed');
  const isOfThisMessage = and(
    eq(deliveries.id, deliveryId),
    or(isNull(deliveries.providerSid), eq(deliveries.providerSid, providerSid)),
    isNotFailedMessage(providerSid),
    inArray(deliveries.status, before),
  );
  if (isRetryable) {
    const again = {
      status: 'pending',
      dueAt: fromNow(sql`least(${longestRetryMs}, ${firstRetryMs} * power(2, ${deliveries.attempts}))`),
      providerSid: null,
      failedSid: providerSid,
    } as const;
    const retried = await changeDelivery(
      db,
      { ...again, errorCode },
      and(isOfThisMessage, sql`${deliveries.attempts} < ${reportedFailures}`),
    );
    if (retried !== null) return retried;
  }
  return changeDelivery(db, { status, dueAt: null, providerSid, errorCode }, isOfThisMessage);
}

const isNotFailedMessage = (providerSid: string) =>
  or(isNull(deliveries.failedSid), ne(deliveries.failedSid, providerSid));

/** Null when the condition does not hold: the delivery has moved on. */
async function changeDelivery(
  db: Database | Transaction,
  values: Parameters<ReturnType<typeof db.update<typeof deliveries>>['set']>[0],
  condition: SQL | undefined,
): Promise<DeliveryChange | null> {
  const [changed] = await db
    .update(deliveries)
    .set({ ...values, updatedAt: sql`now()` })
    .where(condition)
    .returning({
      deliveryId: deliveries.id,
      contactId: deliveries.contactId,
      alertId: deliveries.alertId,
      status: deliveries.status,
      errorCode: deliveries.errorCode,
    });
  if (changed === undefined) return null;
  const { alertId, ...change } = changed;
  const [alert] =
    alertId === null
      ? []
      : await db.select({ alertId: alerts.id, callSid: alerts.callId }).from(alerts).where(eq(alerts.id, alertId));
  return { ...change, alert: alert ?? null };
}
