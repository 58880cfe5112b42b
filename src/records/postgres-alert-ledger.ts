import { and, eq, gt, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type {
  AlertLedger,
  Attempt,
  DeliveryChange,
  DeliveryOutcome,
  DeliveryReport,
} from '../alerting/alert-ledger.ts';
import type { DeliveryStatus } from '../call/event.ts';
import { alertEvents, alerts, deliveries } from './alert-schema.ts';
import { type Claimant, claimDeliveries } from './claim-deliveries.ts';
import { type Database, databaseErrorCode, FOREIGN_KEY_VIOLATION, type Transaction } from './database.ts';
import { recordAlert } from './record-alert.ts';
import { recordNotice } from './record-notice.ts';
import { recordSentAlert } from './record-sent-alert.ts';
import { fromNow } from './rows.ts';
import { emergencyContacts } from './schema.ts';

export interface AlertLedgerOptions extends Claimant {
  /** Attempts that a text message gets when the carrier reports a failure which may pass. */
  readonly reportedFailures: number;
  /** The pause before the next of them; it doubles each time. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** Calls that a contact gets who does not pick up, and the pause between them. */
  readonly unansweredCalls: number;
  readonly callAgainMs: number;
}

export function createPostgresAlertLedger(db: Database, options: AlertLedgerOptions): AlertLedger {
  return {
    async record(alert, attempt) {
      const claim = attempt?.claim;
      const recorded = await recordAlert(db, alert, options, { claim });
      const isAnswerLost = recorded.isNew && !recorded.isWritten;
      if (claim === undefined || !isAnswerLost || attempt?.signal?.aborted) return recorded;
      // What was claimed along with it is lost, too: nobody else knows of that.
      return { ...recorded, claimed: await claimDeliveries(db, { ...claim, alertId: alert.alertId }, options) };
    },
    async recordSent(alert, sent, { leaseMs }) {
      try {
        return await db.transaction(async (transaction) => {
          const known = await recordSentAlert(transaction, alert, sent, fromNow(leaseMs), options);
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
    recordNotice: (notice) => db.transaction((transaction) => recordNotice(transaction, notice, options.instanceId)),
    claimDue: (limits) => claimDeliveries(db, limits, options),
    async reword({ deliveryId, attempts }, message) {
      const isPresent = and(eq(deliveries.id, deliveryId), eq(deliveries.attempts, attempts));
      await db.update(deliveries).set({ message }).where(isPresent);
    },
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
    async unreported({ silentMs, forgetAfterMs, limit }) {
      const before = (ms: number) => sql`now() - ${ms} * interval '1 millisecond'`;
      const silent = db
        .select({ id: deliveries.id })
        .from(deliveries)
        .where(
          and(
            eq(deliveries.status, 'sent'),
            eq(deliveries.channel, 'sms'),
            lt(deliveries.updatedAt, before(silentMs)),
            gt(deliveries.createdAt, before(forgetAfterMs)),
          ),
        )
        .limit(limit)
        .for('update', { skipLocked: true });
      const asked = await db
        .update(deliveries)
        .set({ updatedAt: sql`now()` })
        .where(inArray(deliveries.id, silent))
        .returning({ deliveryId: deliveries.id, providerSid: deliveries.providerSid });
      return asked.flatMap(({ deliveryId, providerSid }) =>
        providerSid === null ? [] : [{ deliveryId, providerSid }],
      );
    },
    applyReport: (report) => db.transaction((transaction) => applyReport(transaction, report, options)),
  };
}

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
  const change = await changeDelivery(db, outcomeValues(outcome), and(eq(deliveries.id, deliveryId), isOpen), {
    type: outcome.type,
    by: instanceId,
    detail: outcome.type === 'accepted' ? null : outcome.code,
  });
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
  db: Transaction,
  { deliveryId, channel, providerSid, status, errorCode, isRetryable }: DeliveryReport,
  options: AlertLedgerOptions,
): Promise<DeliveryChange | null> {
  const reported = {
    type: 'reported',
    by: 'carrier',
    detail: errorCode === null ? status : `${status} ${errorCode}`,
  } as const;
  // A delivery that is only just being recorded is not known to one statement and known to the next.
  const known = await db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(eq(deliveries.id, deliveryId))
    .for('update');
  if (known.length === 0) return null;
  const before: DeliveryStatus[] = status === 'sent' ? ['pending', 'sending'] : ['pending', 'sending', 'sent'];
  // We may have given up a message whose acceptance was never known.
  if (status === 'delivered') before.push('failed');
  const isOfThisMessage = and(
    eq(deliveries.id, deliveryId),
    eq(deliveries.channel, channel),
    or(isNull(deliveries.providerSid), eq(deliveries.providerSid, providerSid)),
    isNotFailedMessage(providerSid),
    inArray(deliveries.status, before),
  );
  if (isRetryable) {
    const again = {
      status: 'pending',
      dueAt: fromNow(
        channel === 'voice'
          ? options.callAgainMs
          : sql`least(${options.longestRetryMs}, ${options.firstRetryMs} * power(2, ${deliveries.attempts}))`,
      ),
      providerSid: null,
      failedSid: providerSid,
    } as const;
    const retried = await changeDelivery(
      db,
      { ...again, errorCode },
      and(
        isOfThisMessage,
        sql`${deliveries.attempts} < ${channel === 'voice' ? options.unansweredCalls : options.reportedFailures}`,
      ),
      reported,
    );
    if (retried !== null) return retried;
  }
  return changeDelivery(db, { status, dueAt: null, providerSid, errorCode }, isOfThisMessage, reported);
}

const isNotFailedMessage = (providerSid: string) =>
  or(isNull(deliveries.failedSid), ne(deliveries.failedSid, providerSid));

/** Changes a delivery, and says so in the audit trail. Null when the condition does not hold: it has moved on. */
async function changeDelivery(
  db: Transaction,
  values: Parameters<ReturnType<typeof db.update<typeof deliveries>>['set']>[0],
  condition: SQL | undefined,
  event: Pick<typeof alertEvents.$inferInsert, 'type' | 'by' | 'detail'>,
): Promise<DeliveryChange | null> {
  const [changed] = await db
    .update(deliveries)
    .set({ ...values, updatedAt: sql`now()` })
    .where(condition)
    .returning({
      deliveryId: deliveries.id,
      contactId: deliveries.contactId,
      alertId: deliveries.alertId,
      callId: deliveries.callId,
      channel: deliveries.channel,
      status: deliveries.status,
      errorCode: deliveries.errorCode,
    });
  if (changed === undefined) return null;
  const { alertId, callId, channel, ...change } = changed;
  const [alert] =
    alertId === null
      ? []
      : await db.select({ alertId: alerts.id, callSid: alerts.callId }).from(alerts).where(eq(alerts.id, alertId));
  const callSid = alert?.callSid ?? callId;
  if (callSid !== null) {
    const { deliveryId, contactId } = change;
    await db.insert(alertEvents).values({ ...event, callId: callSid, alertId, deliveryId, contactId, channel });
  }
  return { ...change, alert: alert ?? null };
}
