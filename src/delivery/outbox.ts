import type {
  AlertLedger,
  ClaimedDelivery,
  ClaimLimits,
  DeliveryChange,
  DeliveryOutcome,
} from '../alerting/alert-ledger.ts';
import { lateAlertText } from '../alerting/sms-text.ts';
import { spokenAlert } from '../alerting/voice-text.ts';
import { type Clock, withinDeadline } from '../call/clock.ts';
import type { Channel } from '../call/event.ts';
import type { ProviderFailure } from '../call/failure.ts';
import type { FindResult, MessageSender, SendResult } from './message-sender.ts';

/**
 * One delivery, as the ledger keeps it:
 *
 *             claim              accepted            report
 *     pending ─────▶ sending ─────────────▶ sent ───────────▶ delivered
 *        ▲             │ │ ▲                  └─────────────▶ undelivered
 *        │ retry       │ │ └─ uncertain, or the worker died: claimed again when the lease is over,
 *        └─────────────┘ │    and looked for among the carrier's messages before it is sent again
 *                        └─▶ failed
 *
 * A message is therefore sent again only when the carrier says that it was not processed, or does not know it. Voice calls
 * go the same way. The steps of an escalation are deliveries that fall due later; an acknowledgement cancels them.
 */
export interface Outbox {
  /** Something may be due: look now rather than at the next poll. */
  wake(): void;
  /** What it has room for at this moment. */
  room(): ClaimLimits;
  /** Sends what was claimed for it, within what it had room for then, as the alert was recorded. */
  deliver(claimed: readonly ClaimedDelivery[], limits: ClaimLimits): void;
  /** Claims nothing more and waits for what is under way. */
  stop(): Promise<void>;
}

export interface OutboxLimits {
  /** How often it looks for what is due: retries, and what dead workers left behind. */
  readonly pollMs: number;
  /** Messages under way at once. */
  readonly concurrency: number;
  /** Longer than the carrier's longest answer; a dead worker's messages wait this long. */
  readonly leaseMs: number;
  /** The carrier's whole time for one request; a search and a message fit into a lease. */
  readonly answerMs: number;
  /** How old a message may grow before it is given up. */
  readonly giveUpAfterMs: number;
  /** An alert that is older says its age. */
  readonly lateAfterMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

export interface OutboxObserver {
  /** An attempt begins; null for a message that carries no alert. */
  attempting(delivery: ClaimedDelivery): void;
  settled(delivery: ClaimedDelivery, outcome: DeliveryOutcome): void;
  changed(change: DeliveryChange): void;
  /** The ledger could not be read or written; what was due stays due. */
  ledgerFailed(error: unknown): void;
}

export interface OutboxDependencies {
  readonly ledger: AlertLedger;
  readonly senders: { readonly [C in Channel]: MessageSender };
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: OutboxLimits;
  readonly observer: OutboxObserver;
}

export function startOutbox({ ledger, senders, clock, random, limits, observer }: OutboxDependencies): Outbox {
  const sending = new Set<Promise<void>>();
  let claiming: Promise<void> | null = null;
  let isWoken = false;
  let isStopped = false;
  /** The last claim took all it could: more may be due as soon as there is room. */
  let isFull = false;
  const stopPolling = clock.every(limits.pollMs, wake);

  function wake(): void {
    isWoken = true;
    claiming ??= claim()
      .catch((error: unknown) => observer.ledgerFailed(error))
      .finally(() => {
        claiming = null;
      });
  }

  async function claim(): Promise<void> {
    while (isWoken && !isStopped) {
      isWoken = false;
      const { limit, leaseMs } = room();
      const claimed = limit > 0 ? await ledger.claimDue({ limit, leaseMs }) : [];
      isFull = claimed.length === limit;
      for (const delivery of claimed) track(delivery);
    }
  }

  const room = (): ClaimLimits => ({
    limit: isStopped ? 0 : Math.max(0, limits.concurrency - sending.size),
    leaseMs: limits.leaseMs,
  });

  function track(delivery: ClaimedDelivery): void {
    const work = deliver(delivery)
      .catch((error: unknown) => observer.ledgerFailed(error))
      .finally(() => {
        sending.delete(work);
        if (isFull) wake();
      });
    sending.add(work);
  }

  async function deliver(delivery: ClaimedDelivery): Promise<void> {
    const outcome = await attempt(delivery);
    const change = await ledger.settle(delivery, outcome);
    observer.settled(delivery, outcome);
    if (change !== null) observer.changed(change);
  }

  async function attempt(delivery: ClaimedDelivery): Promise<DeliveryOutcome> {
    return (delivery.isUncertain ? await look(delivery) : null) ?? send(delivery);
  }

  /** Null when the carrier does not know the message. */
  async function look(delivery: ClaimedDelivery): Promise<DeliveryOutcome | null> {
    const { deliveryId, channel, to, line, message: body, scheduledAt: since } = delivery;
    const search = (await inTime(senders[channel].find({ to, line, body, since }))) ?? NO_SEARCH;
    if (search.type === 'unavailable') return again('uncertain', delivery, search.failure);
    // The same words may have gone to the same number about another call.
    const [providerSid] = await ledger.unclaimed(search.providerSids, deliveryId);
    return providerSid === undefined ? null : { type: 'accepted', providerSid };
  }

  async function send(delivery: ClaimedDelivery): Promise<DeliveryOutcome> {
    const { deliveryId, channel, to, line, isRequest, message } = delivery;
    const validityS = isRequest ? REQUEST_VALIDITY_S : ALERT_VALIDITY_S;
    const body = wordsOf(delivery);
    // Written down before they leave: should the answer be lost, these are the words to look for.
    if (body !== message) await ledger.reword(delivery, body);
    observer.attempting(delivery);
    const result = (await inTime(senders[channel].send({ deliveryId, to, line, body, validityS }))) ?? NO_ANSWER;
    if (result.type === 'accepted') return { type: 'accepted', providerSid: result.providerSid };
    if (result.type === 'rejected') return failed(result.failure, result.isOptedOut);
    return again(result.type === 'uncertain' ? 'uncertain' : 'retry', delivery, result.failure);
  }

  const inTime = <Result>(request: Promise<Result>): Promise<Result | undefined> =>
    withinDeadline(clock, limits.answerMs, request);

  /** What it says now: an alert that comes late says how old it is. */
  function wordsOf({ channel, alert, message }: ClaimedDelivery): string {
    if (alert === null || alert.ageMs < limits.lateAfterMs) return message;
    const { step, scamType, userName, ageMs } = alert;
    return channel === 'sms'
      ? lateAlertText(step, scamType, userName, ageMs)
      : spokenAlert(step, scamType, userName, ageMs);
  }

  function again(
    type: 'retry' | 'uncertain',
    { attempts, ageMs }: ClaimedDelivery,
    failure: ProviderFailure,
  ): DeliveryOutcome {
    if (ageMs >= limits.giveUpAfterMs) return failed(failure, false);
    return { type, delayMs: backoffMs(attempts, limits, random), code: failure.code, error: failure.message };
  }

  return {
    wake,
    room,
    deliver(claimed, { limit }) {
      for (const delivery of claimed) track(delivery);
      // Only then: the claim is made in this turn of the loop, in which the messages are about to leave.
      if (claimed.length >= limit) wake();
    },
    async stop() {
      isStopped = true;
      stopPolling();
      await claiming;
      await Promise.all(sending);
    },
  };
}

/** An alert that comes late only confuses; the carrier then reports it, and it is sent again with another. */
export const ALERT_VALIDITY_S = 300;
const REQUEST_VALIDITY_S = 14_400;
const LATE: ProviderFailure = { provider: 'twilio', code: 'late', message: 'no answer in time', retryable: true };
const NO_SEARCH: FindResult = { type: 'unavailable', failure: LATE };
export const NO_ANSWER: SendResult = { type: 'uncertain', failure: LATE };

export const failed = ({ code, message }: ProviderFailure, isOptedOut: boolean): DeliveryOutcome => ({
  type: 'failed',
  code,
  error: message,
  isOptedOut,
});

/** Later, twice as late each time, and not at the same moment as everybody else. */
export const backoffMs = (attempts: number, limits: OutboxLimits, random: () => number): number =>
  Math.round(Math.min(limits.longestRetryMs, limits.firstRetryMs * 2 ** (attempts - 1)) * (1 + random() / 4));
