import { and, asc, eq, inArray, sql, type WithSubquery } from 'drizzle-orm';
import type { ClaimedDelivery, ClaimLimits, NewAlert, RecordedAlert } from '../alerting/alert-ledger.ts';
import { NO_ESCALATION, planEscalation } from '../alerting/escalation.ts';
import { spokenAlert } from '../alerting/voice-text.ts';
import type { AlertStep } from '../call/event.ts';
import { type CallSid, type DeliveryId, newId, stepDeliveryId } from '../call/ids.ts';
import { alertEvents, alerts, deliveries } from './alert-schema.ts';
import { type Claimant, claimDeliveries, isResting, msSince } from './claim-deliveries.ts';
import type { Transaction } from './database.ts';
import {
  analysisRow,
  firstAttempt,
  fromNow,
  newCallRow,
  newDeliveryRow,
  streamIsDue,
  transactionBegan,
} from './rows.ts';
import { activeCalls, emergencyContacts, fraudAnalyses, users } from './schema.ts';

export interface RecordOptions {
  readonly steps?: readonly AlertStep[];
  /** What this worker has room for. Undefined: it takes nothing. */
  readonly claim?: ClaimLimits | undefined;
}

export interface Recording extends Omit<RecordedAlert, 'claimed'> {
  /** Settles with the last of what was asked of Postgres: the commit need not wait for it. */
  readonly claimed: Promise<readonly ClaimedDelivery[]>;
}

/**
 * Writes an alert and its deliveries, unless one of `steps` is known of the call; with `claim`, what is due of them is
 * written as claimed by this worker. Few statements, and those that need no answer of each other go together: the family
 * waits for each, and for every round trip.
 */
export async function recordAlert(
  transaction: Transaction,
  alert: NewAlert,
  options: Claimant,
  { steps = asGraveAs(alert.step), claim }: RecordOptions = {},
): Promise<Recording> {
  const { alertId, call, owner, step, analysis } = alert;
  const { callSid } = call;
  const { instanceId } = options;
  const [, , [known], contacts] = await Promise.all([
    // The call's row and the deciding analysis may not have been written behind yet: in this order, as they are there.
    transaction
      .insert(activeCalls)
      .values({ ...newCallRow(call, owner, instanceId), heartbeatAt: streamIsDue })
      .onConflictDoNothing(),
    // Two steps of a call do not overtake each other. The call's own row is busy with the record that is written behind.
    transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${callSid}, 0))`),
    knownAlert(transaction, callSid, steps),
    contactsOf(transaction, alert, options.restMs),
    transaction.insert(fraudAnalyses).values(analysisRow(callSid, analysis)).onConflictDoNothing(),
  ]);
  if (known !== undefined) {
    const isNew = known.alertId === alertId;
    const isClaimed = isNew && claim !== undefined;
    const claimed = isClaimed ? claimDeliveries(transaction, { ...claim, alertId }, options) : Promise.resolve([]);
    return sent({ alertId: known.alertId, isNew, claimed });
  }
  const { rows, claimed } = planDeliveries(alert, contacts, instanceId, claim);
  const { $with } = transaction;
  const parts: WithSubquery[] = [
    $with('trail').as(
      transaction.insert(alertEvents).values([
        { callId: callSid, alertId, type: 'raised', by: instanceId, detail: step },
        ...claimed.map(({ deliveryId, contactId, channel }) => {
          const delivery = { deliveryId, contactId, channel };
          return { callId: callSid, alertId, type: 'attempted', by: instanceId, ...delivery } as const;
        }),
      ]),
    ),
  ];
  if (rows.length > 0) parts.push($with('messages').as(transaction.insert(deliveries).values(rows)));
  const written = transaction
    .with(...parts)
    .insert(alerts)
    .values({
      id: alertId,
      callId: callSid,
      fraudAnalysisId: analysis.analysisId,
      step,
      scamType: analysis.scamType,
      message: alert.message,
      spokenAt: new Date(alert.spokenAt),
      decidedAt: new Date(alert.decidedAt),
      raisedAt: new Date(alert.raisedAt),
    });
  return sent({ alertId, isNew: true, claimed: written.then(() => claimed) });
}

/** Every message of a new alert, and those that this worker takes. */
function planDeliveries(
  alert: NewAlert,
  contacts: readonly Contact[],
  instanceId: string,
  claim: ClaimLimits | undefined,
) {
  const { alertId, call, step, analysis, owner } = alert;
  const active = contacts.filter(({ status }) => status === 'active');
  const messages = { sms: alert.message, voice: spokenAlert(step, analysis.scamType, owner.name, null) };
  const claimed: ClaimedDelivery[] = [];
  const rows = planEscalation(active, active[0] ?? NO_ESCALATION).map(({ contact, channel, afterS }) => {
    const { contactId } = contact;
    const message = messages[channel];
    // A text may have left already, under this name.
    const id = channel === 'sms' ? stepDeliveryId(call.callSid, step, contactId) : newId<DeliveryId>();
    const row = newDeliveryRow({ id, contactId, alertId, channel, afterS, message });
    if (claim === undefined || afterS > 0 || contact.isResting || claimed.length === claim.limit) return row;
    claimed.push(claimedAtOnce(alert, contact, { deliveryId: id, channel, message }));
    return { ...row, ...firstAttempt(instanceId, fromNow(claim.leaseMs)) };
  });
  return { rows, claimed };
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
const contactsOf = (transaction: Transaction, { owner, raisedAt }: NewAlert, restMs: number) =>
  transaction
    .select({
      contactId: emergencyContacts.id,
      status: emergencyContacts.status,
      to: emergencyContacts.phoneNumber,
      isResting: isResting(emergencyContacts.id, restMs),
      line: users.lineNumber,
      userName: users.name,
      contactsAfterS: users.contactsAfterS,
      voiceAfterS: users.voiceAfterS,
      scheduledAt: sql<number>`extract(epoch from ${transactionBegan}) * 1000`.mapWith(Number),
      alertAgeMs: msSince(sql`${new Date(raisedAt).toISOString()}::timestamptz`),
    })
    .from(emergencyContacts)
    .innerJoin(users, eq(users.id, emergencyContacts.userId))
    .where(eq(emergencyContacts.userId, owner.userId))
    .orderBy(asc(emergencyContacts.createdAt), asc(emergencyContacts.id))
    .for('share', { of: emergencyContacts });

type Contact = Awaited<ReturnType<typeof contactsOf>>[number];

/** As `claimDeliveries` would give it. */
const claimedAtOnce = (
  { alertId, call: { callSid }, step, analysis: { scamType }, spokenAt, decidedAt }: NewAlert,
  { contactId, to, line, userName, scheduledAt, alertAgeMs }: Contact,
  delivery: Pick<ClaimedDelivery, 'deliveryId' | 'channel' | 'message'>,
): ClaimedDelivery => ({
  ...delivery,
  attempts: 1,
  contactId,
  to,
  line,
  alert: { alertId, callSid, step, scamType, userName, spokenAt, decidedAt, ageMs: alertAgeMs },
  isEscalation: false,
  isRequest: false,
  isUncertain: false,
  scheduledAt,
  ageMs: 0,
});
