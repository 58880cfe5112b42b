import { and, eq, inArray, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import type {
  AlertLedger,
  ClaimedDelivery,
  DeliveryChange,
  DeliveryOutcome,
  DeliveryReport,
  NewAlert,
} from '../alerting/alert-ledger.ts';
import type { AlertStep, DeliveryStatus } from '../call/event.ts';
import type { AlertId, CallSid, DeliveryId } from '../call/ids.ts';
import type { Database } from './database.ts';
import { analysisRow, newCallRow, newDeliveryRow } from './rows.ts';
import { activeCalls, alerts, deliveries, emergencyContacts, fraudAnalyses } from './schema.ts';

export interface AlertLedgerOptions {
  /** Names this worker in the leases it takes. */
  readonly instanceId: string;
  /** Attempts that a message gets when the carrier reports a failure which may pass, and the pause before each. */
  readonly attempts: number;
  readonly retryDelayMs: number;
}

type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** Leases and due times are the database's own clock, so that instances need not agree on the time. */
const fromNow = (ms: number): SQL => sql`now() + ${ms} * interval '1 millisecond'`;

export function createPostgresAlertLedger(db: Database, options: AlertLedgerOptions): AlertLedger {
  return {
    record: (alert) => db.transaction((transaction) => record(transaction, alert, options.instanceId)),
    claimDue: (limits) => claimDue(db, limits, options.instanceId),
    settle: (deliveryId, outcome) => settle(db, deliveryId, outcome, options.instanceId),
    applyReport: (report) => applyReport(db, report, options),
  };
}

async function record(transaction: Transaction, alert: NewAlert, instanceId: string) {
  const { alertId, call, owner, step, analysis } = alert;
  // The call's row and the deciding analysis may not have been written behind yet.
  await transaction
    .insert(activeCalls)
    .values(newCallRow(call, owner, instanceId))
    .onConflictDoNothing();
  await transaction.insert(fraudAnalyses).values(analysisRow(call.callSid, analysis)).onConflictDoNothing();
  const recorded = await transaction
    .insert(alerts)
    .values({
      id: alertId,
      callId: call.callSid,
      fraudAnalysisId: analysis.analysisId,
      step,
      scamType: analysis.scamType,
      message: alert.message,
      spokenAt: new Date(alert.spokenAt),
      decidedAt: new Date(alert.decidedAt),
      raisedAt: new Date(alert.raisedAt),
    })
    .onConflictDoNothing()
    .returning();
  if (recorded.length === 0) return { alertId: await knownAlert(transaction, call.callSid, step), isNew: false };
  const contacts = await transaction
    .select({ id: emergencyContacts.id })
    .from(emergencyContacts)
    .where(and(eq(emergencyContacts.userId, owner.userId), eq(emergencyContacts.status, 'active')));
  if (contacts.length > 0) {
    await transaction.insert(deliveries).values(contacts.map(({ id }) => newDeliveryRow(id, alertId, alert.message)));
  }
  return { alertId, isNew: true };
}

async function knownAlert(transaction: Transaction, callSid: CallSid, step: AlertStep): Promise<AlertId> {
  const [known] = await transaction
    .select({ alertId: alerts.id })
    .from(alerts)
    .where(and(eq(alerts.callId, callSid), eq(alerts.step, step)));
  if (known === undefined) throw new Error('a recorded alert cannot be read');
  return known.alertId;
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
        to: emergencyContacts.phoneNumber,
        callSid: alerts.callId,
        spokenAt: alerts.spokenAt,
        decidedAt: alerts.decidedAt,
      })
      .from(deliveries)
      .innerJoin(emergencyContacts, eq(emergencyContacts.id, deliveries.contactId))
      .leftJoin(alerts, eq(alerts.id, deliveries.alertId))
      .where(lte(deliveries.dueAt, sql`now()`))
      .orderBy(deliveries.dueAt)
      .limit(limit)
      .for('update', { of: deliveries, skipLocked: true }),
  );
  const claimed = await db
    .with(due)
    .update(deliveries)
    .set({
      status: 'sending',
      attempts: sql`${deliveries.attempts} + 1`,
      dueAt: fromNow(leaseMs),
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
      statusBefore: due.statusBefore,
      to: due.to,
      callSid: due.callSid,
      spokenAt: due.spokenAt,
      decidedAt: due.decidedAt,
    });
  return claimed.map(({ alertId, callSid, spokenAt, decidedAt, statusBefore, createdAt, ...delivery }) => ({
    ...delivery,
    alert:
      alertId === null || callSid === null || spokenAt === null || decidedAt === null
        ? null
        : { alertId, callSid, spokenAt: spokenAt.getTime(), decidedAt: decidedAt.getTime() },
    createdAt: createdAt.getTime(),
    isUncertain: statusBefore === 'sending',
  }));
}

/** An acceptance counts whenever it comes; anything else only while the attempt is still this worker's. */
async function settle(
  db: Database,
  deliveryId: DeliveryId,
  outcome: DeliveryOutcome,
  instanceId: string,
): Promise<DeliveryChange | null> {
  const isOpen =
    outcome.type === 'accepted'
      ? and(inArray(deliveries.status, ['pending', 'sending']), isNotFailedMessage(outcome.providerSid))
      : and(eq(deliveries.status, 'sending'), eq(deliveries.leasedBy, instanceId));
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
  { attempts, retryDelayMs }: AlertLedgerOptions,
): Promise<DeliveryChange | null> {
  const isOfThisMessage = and(
    eq(deliveries.id, deliveryId),
    or(isNull(deliveries.providerSid), eq(deliveries.providerSid, providerSid)),
    isNotFailedMessage(providerSid),
    inArray(deliveries.status, status === 'sent' ? ['pending', 'sending'] : ['pending', 'sending', 'sent']),
  );
  if (isRetryable) {
    const again = {
      status: 'pending',
      dueAt: fromNow(retryDelayMs),
      providerSid: null,
      failedSid: providerSid,
    } as const;
    const retried = await changeDelivery(
      db,
      { ...again, errorCode },
      and(isOfThisMessage, sql`${deliveries.attempts} < ${attempts}`),
    );
    if (retried !== null) return retried;
  }
  return changeDelivery(db, { status, dueAt: null, providerSid, errorCode }, isOfThisMessage);
}

const isNotFailedMessage = (providerSid: string) =>
  or(isNull(deliveries.failedSid), ne(deliveries.failedSid, providerSid));

/** Null when the condition does not hold: the delivery has moved on. */
async function changeDelivery(
  db: Database,
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
