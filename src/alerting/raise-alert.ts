import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import type { Clock } from '../call/clock.ts';
import type { AlertStep } from '../call/event.ts';
import { type AlertId, newId } from '../call/ids.ts';
import type { CallFeed } from '../feed/call-feed.ts';
import type { AlertLedger } from './alert-ledger.ts';
import { alertText } from './sms-text.ts';

export interface AlertDecision {
  readonly call: Call;
  readonly owner: CallOwner;
  readonly step: AlertStep;
  readonly analysis: Analysis;
  /** When the deciding utterance ended, and when what decided came (its final segment, or the model's answer): Unix ms. */
  readonly spokenAt: number;
  readonly decidedAt: number;
}

export interface RaiseAlertDependencies {
  readonly ledger: AlertLedger;
  readonly feed: CallFeed;
  readonly clock: Clock;
  /** Deliveries are due. */
  readonly wakeOutbox: () => void;
  readonly observer: { raised(decision: AlertDecision): void; ledgerFailed(error: unknown): void };
}

/** Resolves once the alert is recorded, however long the ledger is away. */
export type RaiseAlert = (decision: AlertDecision) => Promise<void>;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/** Writes the alert and its deliveries down, then has them sent: what is not written down is never sent. */
export function createRaiseAlert({ ledger, feed, clock, wakeOutbox, observer }: RaiseAlertDependencies): RaiseAlert {
  const untilRecorded = retry(handleAll, {
    maxAttempts: Number.POSITIVE_INFINITY,
    backoff: new ExponentialBackoff({ initialDelay: FIRST_RETRY_MS, maxDelay: LONGEST_RETRY_MS }),
  });
  untilRecorded.onFailure(({ reason }) => observer.ledgerFailed('error' in reason ? reason.error : reason.value));

  return async (decision) => {
    const { call, owner, step, analysis } = decision;
    const message = alertText(step, analysis.scamType, owner.name);
    const alert = { ...decision, alertId: newId<AlertId>(), message, raisedAt: clock.wallMs() };
    const { alertId, isNew } = await untilRecorded.execute(() => ledger.record(alert));
    wakeOutbox();
    if (!isNew) return;
    observer.raised(decision);
    feed.publish({
      type: 'alert.raised',
      callSid: call.callSid,
      at: alert.raisedAt,
      alertId,
      step,
      scamType: analysis.scamType,
    });
  };
}
