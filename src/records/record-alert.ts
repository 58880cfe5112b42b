import { sql } from 'drizzle-orm';
import type { ClaimedDelivery, ClaimLimits, NewAlert, RecordedAlert } from '../alerting/alert-ledger.ts';
import { spokenAlert } from '../alerting/voice-text.ts';
import type { AlertStep } from '../call/event.ts';
import { type AlertId, stepDeliveryId } from '../call/ids.ts';
import type { Claimant } from './claim-deliveries.ts';
import type { Database, Transaction } from './database.ts';
import { analysisRow, newCallRow, STREAM_DUE_MS } from './rows.ts';

export interface RecordOptions {
  readonly steps?: readonly AlertStep[];
  /** What this worker has room for. Undefined: it takes nothing. */
  readonly claim?: ClaimLimits | undefined;
}

export interface Recording extends RecordedAlert {
  /** False: it stood there before. */
  readonly isWritten: boolean;
}

/** What `record_alert` answers (drizzle/0014_record_alert.sql). */
interface Answer extends Record<string, unknown> {
  readonly alertId: AlertId;
  readonly isWritten: boolean;
  readonly claimed: ReadonlyArray<
    Pick<ClaimedDelivery, 'deliveryId' | 'contactId' | 'channel' | 'to' | 'line'> & { readonly userName: string }
  >;
  readonly scheduledAt: number;
  readonly ageMs: number;
}

/**
 * Writes an alert and its deliveries, unless one of `steps` is known of the call; with `claim`, what is due of them is
 * written as claimed by this worker. One statement, by a function of the database: the family waits for the making of
 * each, and for every round trip.
 */
export async function recordAlert(
  db: Database | Transaction,
  alert: NewAlert,
  { instanceId, restMs }: Claimant,
  { steps = asGraveAs(alert.step), claim }: RecordOptions = {},
): Promise<Recording> {
  const { alertId, call, owner, step, analysis, message, spokenAt, decidedAt } = alert;
  const { callSid } = call;
  const { scamType } = analysis;
  const told = {
    alertId,
    call: newCallRow(call, owner, instanceId),
    streamDueMs: STREAM_DUE_MS,
    analysis: analysisRow(callSid, analysis),
    step,
    steps,
    messages: { sms: message, voice: spokenAlert(step, scamType, owner.name, null) },
    textIds: Object.fromEntries(
      owner.contacts.map(({ contactId }) => [contactId, stepDeliveryId(callSid, step, contactId)]),
    ),
    spokenAt: new Date(spokenAt),
    decidedAt: new Date(decidedAt),
    raisedAt: new Date(alert.raisedAt),
    restMs,
    claim,
  };
  const [row] = await db.execute<{ answer: Answer }>(
    sql`select record_alert(${JSON.stringify(told)}::jsonb) as answer`,
  );
  if (row === undefined) throw new Error('record_alert answered nothing');
  const { alertId: known, isWritten, claimed, scheduledAt, ageMs } = row.answer;
  return {
    alertId: known,
    isNew: known === alertId,
    isWritten,
    claimed: claimed.map(({ userName, ...delivery }) => ({
      ...delivery,
      message,
      attempts: 1,
      alert: { alertId, callSid, step, scamType, userName, spokenAt, decidedAt, ageMs },
      isEscalation: false,
      isRequest: false,
      isUncertain: false,
      scheduledAt,
      ageMs: 0,
    })),
  };
}

/** The family is not told less than it knows. */
const asGraveAs = (step: AlertStep): AlertStep[] => (step === 'critical' ? ['critical'] : ['high', 'critical']);
