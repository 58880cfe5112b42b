import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import { type Clock, withinDeadline } from '../call/clock.ts';
import type { AlertStep } from '../call/event.ts';
import { type AlertId, newId } from '../call/ids.ts';
import type { CallFeed } from '../feed/call-feed.ts';
import type { AlertLedger, ClaimedDelivery, ClaimLimits } from './alert-ledger.ts';
import { retryLedger } from './ledger-retry.ts';
import { alertText } from './sms-text.ts';
import type { UnrecordedAlerts } from './unrecorded-alerts.ts';

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
  /** Takes the alerts that the ledger does not. */
  readonly unrecorded: UnrecordedAlerts;
  readonly feed: CallFeed;
  readonly clock: Clock;
  /** How long an alert waits for the ledger before it goes another way. */
  readonly recordMs: number;
  readonly outbox: AlertOutbox;
  readonly observer: { raised(decision: AlertDecision): void; ledgerFailed(error: unknown): void };
}

/** Sends messages: those that it took as their alert was recorded, and then what it had no room for. */
export interface AlertOutbox {
  room(): ClaimLimits;
  /** `limits`: what it had room for when these were claimed. */
  deliver(claimed: readonly ClaimedDelivery[], limits: ClaimLimits): void;
}

/** Resolves once the alert is recorded, however long the ledger is away, or is left to another process. */
export type RaiseAlert = (decision: AlertDecision) => Promise<void>;

/**
 * Writes the alert and its deliveries down, then has them sent. What cannot be written down, here or on disk, is sent all
 * the same: a family that is told twice is better off than one that is not told.
 */
export function createRaiseAlert(dependencies: RaiseAlertDependencies): RaiseAlert {
  const { ledger, unrecorded, feed, clock, recordMs, outbox, observer } = dependencies;
  const untilRecorded = retryLedger(observer.ledgerFailed);

  return async (decision) => {
    const { call, owner, step, analysis } = decision;
    const message = alertText(step, analysis.scamType, owner.name);
    const alert = { ...decision, alertId: newId<AlertId>(), message, raisedAt: clock.wallMs() };
    const late = new AbortController();
    const recording = untilRecorded.execute(async ({ signal }) => {
      const claim = outbox.room();
      return { ...(await ledger.record(alert, { claim, signal })), claim };
    }, late.signal);
    const recorded = await withinDeadline(clock, recordMs, recording);
    late.abort();
    if (recorded === undefined) {
      recording.then(
        ({ claimed, claim }) => outbox.deliver(claimed.filter(isToldByNoOther), claim),
        () => undefined, // each failure has been told
      );
      return unrecorded.take(alert, announce);
    }
    outbox.deliver(recorded.claimed, recorded.claim);
    if (recorded.isNew) announce(recorded.alertId);

    /** A late record claims also for those who have agreed during the call, whom the journal does not know. */
    function isToldByNoOther({ contactId }: ClaimedDelivery): boolean {
      return owner.contacts.every((contact) => contact.contactId !== contactId);
    }

    function announce(alertId: AlertId): void {
      observer.raised(decision);
      feed.publish({
        type: 'alert.raised',
        callSid: call.callSid,
        at: alert.raisedAt,
        alertId,
        step,
        scamType: analysis.scamType,
      });
    }
  };
}
