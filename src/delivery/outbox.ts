import type { AlertLedger, ClaimedDelivery, DeliveryChange, DeliveryOutcome } from '../alerting/alert-ledger.ts';
import { type Clock, every } from '../call/clock.ts';
import type { ProviderFailure } from '../call/failure.ts';
import type { SmsSender } from './sms-sender.ts';

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
 * A message is therefore sent again only when the carrier says that it was not processed, or does not know it.
 */
export interface Outbox {
  /** Something may be due: look now rather than at the next poll. */
  wake(): void;
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
  readonly attempts: number;
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
  readonly sender: SmsSender;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: OutboxLimits;
  readonly observer: OutboxObserver;
}

export function startOutbox({ ledger, sender, clock, random, limits, observer }: OutboxDependencies): Outbox {
  const sending = new Set<Promise<void>>();
  let claiming: Promise<void> | null = null;
  let isWoken = false;
  let isStopped = false;
  /** The last claim took all it could: more may be due as soon as there is room. */
  let isFull = false;
  const stopPolling = every(clock, limits.pollMs, wake);

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
      const limit = limits.concurrency - sending.size;
      const claimed = limit > 0 ? await ledger.claimDue({ limit, leaseMs: limits.leaseMs }) : [];
      isFull = claimed.length === Math.max(0, limit);
      for (const delivery of claimed) track(delivery);
    }
  }

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
    const change = await ledger.settle(delivery.deliveryId, outcome);
    observer.settled(delivery, outcome);
    if (change !== null) observer.changed(change);
  }

  async function attempt(delivery: ClaimedDelivery): Promise<DeliveryOutcome> {
    const { deliveryId, to, message: body } = delivery;
    if (delivery.isUncertain) {
      const search = await sender.find({ to, body, since: delivery.createdAt });
      if (search.type === 'found') return { type: 'accepted', providerSid: search.providerSid };
      if (search.type === 'unavailable') return again('uncertain', delivery, search.failure);
    }
    observer.attempting(delivery);
    const result = await sender.send({ deliveryId, to, body });
    if (result.type === 'accepted') return { type: 'accepted', providerSid: result.providerSid };
    if (result.type === 'rejected') return failed(result.failure, result.isOptedOut);
    return again(result.type === 'uncertain' ? 'uncertain' : 'retry', delivery, result.failure);
  }

  /** Later, twice as late each time, and not at the same moment as everybody else. */
  function again(
    type: 'retry' | 'uncertain',
    { attempts }: ClaimedDelivery,
    failure: ProviderFailure,
  ): DeliveryOutcome {
    if (attempts >= limits.attempts) return failed(failure, false);
    const backoffMs = Math.min(limits.longestRetryMs, limits.firstRetryMs * 2 ** (attempts - 1));
    const delayMs = Math.round(backoffMs * (1 + random() / 4));
    return { type, delayMs, code: failure.code, error: failure.message };
  }

  return {
    wake,
    async stop() {
      isStopped = true;
      stopPolling();
      await claiming;
      await Promise.all(sending);
    },
  };
}

const failed = ({ code, message }: ProviderFailure, isOptedOut: boolean): DeliveryOutcome => ({
  type: 'failed',
  code,
  error: message,
  isOptedOut,
});
