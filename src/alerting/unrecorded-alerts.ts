import { setMaxListeners } from 'node:events';
import { type Clock, pause, withinDeadline } from '../call/clock.ts';
import { type AlertId, type DeliveryId, type PhoneNumber, stepDeliveryId } from '../call/ids.ts';
import type { AlertJournal, JournalEntry } from './alert-journal.ts';
import type { AlertLedger, DeliveryChange, DeliveryOutcome, DeliveryReport, NewAlert } from './alert-ledger.ts';
import { retryLedger } from './ledger-retry.ts';

/**
 * What the ledger cannot take for now. An alert is written to the journal instead, its messages leave, and whatever
 * becomes known of them follows into the ledger as soon as that is back:
 *
 *     journal ──▶ send ──────────────▶ outcome ─┐
 *        └──────▶ ask the ledger … until it answers: the alert, its deliveries, what is known of them
 *
 * A message whose outcome nobody knows is left to the outbox, which looks for it before it sends it again. What this
 * process leaves behind in the journal, another brings into the ledger; it sends nothing. When the journal does not take
 * the alert either, its messages leave all the same; only this process then knows of them.
 */
export interface UnrecordedAlerts {
  /**
   * Sends the alert ahead of its record. `onRaised` is told as its messages leave. Resolves once it is recorded, or
   * `stop` has left it to the next process.
   */
  take(alert: NewAlert, onRaised: (alertId: AlertId) => void): Promise<void>;
  /** Applies a delivery report, at once or later. False: it could neither be applied nor be kept. */
  report(report: DeliveryReport): Promise<boolean>;
  /** Waits for the messages that are under way, and leaves what is not recorded to the next process. */
  stop(): Promise<void>;
}

/** Hands a message to the carrier, and again as long as it is not processed. When `signal` aborts, others take over. */
export type SendAhead = (message: MessageAhead, signal: AbortSignal) => Promise<DeliveryOutcome>;

export interface MessageAhead {
  readonly deliveryId: DeliveryId;
  readonly to: PhoneNumber;
  readonly body: string;
}

export interface UnrecordedLimits {
  /** How long a delivery report waits for the ledger before it is kept, and an alert for its outcomes. */
  readonly recordMs: number;
  /** How long an alert waits for the journal. */
  readonly keepMs: number;
  /** How often it looks for what dead processes left behind. */
  readonly adoptMs: number;
  /** How long a report waits for the ledger to know its delivery, once the ledger answers. */
  readonly reportMs: number;
  readonly reportRetryMs: number;
  /** Longer than the carrier's longest answer. */
  readonly leaseMs: number;
}

export interface UnrecordedAlertsDependencies {
  readonly ledger: AlertLedger;
  readonly journal: AlertJournal;
  readonly sendAhead: SendAhead;
  readonly clock: Clock;
  readonly limits: UnrecordedLimits;
  /** Deliveries are due. */
  readonly wakeOutbox: () => void;
  readonly observer: UnrecordedAlertsObserver;
}

export interface UnrecordedAlertsObserver {
  /** The messages of an alert leave; it is on disk, or `isKept` is false. */
  leaving(alert: NewAlert, isKept: boolean): void;
  /** A message was handed to the carrier ahead of its record. */
  sent(alert: NewAlert, outcome: DeliveryOutcome): void;
  /** A delivery report changed a delivery. */
  reported(report: DeliveryReport, change: DeliveryChange): void;
  /** A delivery changed, for whatever reason. */
  changed(change: DeliveryChange): void;
  /** Another process had left so many entries. */
  adopted(entries: number): void;
  /** The ledger will not take this alert, ever. */
  refused(alert: NewAlert): void;
  ledgerFailed(error: unknown): void;
}

interface Delivery extends MessageAhead {
  readonly contactId: NewAlert['owner']['contacts'][number]['contactId'];
  outcome: DeliveryOutcome | null;
}

export function startUnrecordedAlerts(dependencies: UnrecordedAlertsDependencies): UnrecordedAlerts {
  const { ledger, journal, sendAhead, clock, limits, wakeOutbox, observer } = dependencies;
  const untilAnswered = retryLedger(observer.ledgerFailed);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // one for each alert and report that waits for the ledger
  /** Whatever keeps the journal from being cleared. */
  const work = new Set<Promise<void>>();
  /** Alerts whose messages left, and which stand nowhere but here. */
  const unkept = new Map<NewAlert, readonly Delivery[]>();
  const sending = new Set<Promise<void>>();
  const stopAdopting = clock.every(limits.adoptMs, () => void track(adopt()));
  void track(adopt());

  function track(task: Promise<void>): Promise<void> {
    const tracked = task.catch(observer.ledgerFailed).finally(() => {
      work.delete(tracked);
      if (work.size === 0 && !stopping.signal.aborted) return journal.clear();
    });
    work.add(tracked);
    return tracked;
  }

  /** Undefined when this process ends before the ledger answers. */
  async function answerOf<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await untilAnswered.execute(ask, stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) return undefined;
      throw error;
    }
  }

  /** False when the disk refuses it, or does not answer in time. */
  const keep = async (entry: JournalEntry): Promise<boolean> =>
    (await withinDeadline(clock, limits.keepMs, journal.append(entry))) === true;

  async function take(alert: NewAlert, onRaised: (alertId: AlertId) => void): Promise<void> {
    const deliveries = deliveriesOf(alert);
    const isKept = await keep({ type: 'alert', alert });
    if (!isKept) unkept.set(alert, deliveries);
    observer.leaving(alert, isKept);
    onRaised(alert.alertId);
    const recorded = new AbortController();
    const sends = Promise.all(deliveries.map((delivery) => send(alert, delivery, recorded.signal)));
    // The outcomes, which mostly come at once, are then recorded along with the alert.
    await withinDeadline(clock, limits.recordMs, sends);
    const known = await record(alert, deliveries);
    recorded.abort();
    await sends;
    if (known === null) return;
    unkept.delete(alert);
    for (const { deliveryId, outcome } of deliveries) {
      if (outcome === null || known.has(deliveryId)) continue;
      const change = await ledger.settle({ deliveryId, attempts: 1 }, outcome);
      if (change !== null) observer.changed(change);
    }
    wakeOutbox();
  }

  async function send(alert: NewAlert, delivery: Delivery, recorded: AbortSignal): Promise<void> {
    const sent = sendAhead(delivery, AbortSignal.any([recorded, stopping.signal]))
      .then(async (outcome) => {
        delivery.outcome = outcome;
        observer.sent(alert, outcome);
        if (!recorded.aborted) await keep({ type: 'outcome', deliveryId: delivery.deliveryId, outcome });
      })
      .catch(observer.ledgerFailed)
      .finally(() => sending.delete(sent));
    sending.add(sent);
    await sent;
  }

  /** Returns whose outcomes are in the ledger; null when this process ends first, or the ledger refuses the alert. */
  async function record(alert: NewAlert, deliveries: readonly Delivery[]): Promise<Set<DeliveryId> | null> {
    const recorded = await answerOf(async () => {
      const present = deliveries.map(({ deliveryId, contactId, outcome }) => ({ deliveryId, contactId, outcome }));
      return { present, changes: await ledger.recordSent(alert, present, limits) };
    });
    if (recorded === undefined) return null;
    const { present, changes } = recorded;
    if (changes === null) observer.refused(alert);
    for (const change of changes ?? []) observer.changed(change);
    return new Set(present.flatMap(({ deliveryId, outcome }) => (outcome === null ? [] : [deliveryId])));
  }

  /** False while the ledger does not know the delivery. */
  async function apply(report: DeliveryReport): Promise<boolean> {
    // In this order: were the delivery recorded in between, the report would be lost.
    const isKnown = await ledger.knowsDelivery(report.deliveryId);
    const change = await ledger.applyReport(report);
    if (change !== null) {
      observer.reported(report, change);
      observer.changed(change);
    }
    return isKnown || change !== null;
  }

  /** Until the ledger knows the delivery: its alert may wait in another process's journal. */
  async function follow(report: DeliveryReport): Promise<void> {
    let isApplied = await answerOf(() => apply(report));
    const endsAtMs = clock.monotonicMs() + limits.reportMs;
    while (isApplied === false && clock.monotonicMs() < endsAtMs && !stopping.signal.aborted) {
      await pause(clock, limits.reportRetryMs, stopping.signal);
      isApplied = await answerOf(() => apply(report));
    }
  }

  async function adopt(): Promise<void> {
    const entries = await journal.adopt();
    if (entries.length === 0) return;
    observer.adopted(entries.length);
    const outcomes = new Map(
      entries.flatMap((entry) => (entry.type === 'outcome' ? [[entry.deliveryId, entry.outcome] as const] : [])),
    );
    for (const entry of entries) {
      if (entry.type === 'alert') void track(recordAdopted(entry.alert, outcomes));
      if (entry.type === 'report') void track(follow(entry.report));
    }
  }

  async function recordAdopted(alert: NewAlert, outcomes: ReadonlyMap<DeliveryId, DeliveryOutcome>): Promise<void> {
    const deliveries = deliveriesOf(alert);
    for (const delivery of deliveries) delivery.outcome = outcomes.get(delivery.deliveryId) ?? null;
    await record(alert, deliveries);
    wakeOutbox();
  }

  return {
    take: (alert, onRaised) => track(take(alert, onRaised)),
    async report(report) {
      const applying = withinDeadline(clock, limits.recordMs, apply(report));
      if ((await applying.catch(observer.ledgerFailed)) === true) return true;
      const keeping = keep({ type: 'report', report });
      // Twilio does not repeat what is answered with an error: what the disk refuses is followed from memory.
      void track(keeping.then(() => follow(report)));
      return keeping;
    },
    async stop() {
      stopping.abort();
      stopAdopting();
      await Promise.all(sending);
      // The disk may have room again.
      await Promise.all([...unkept].flatMap(entriesOf).map(keep));
      await withinDeadline(clock, limits.keepMs, journal.release());
    },
  };
}

const entriesOf = ([alert, deliveries]: readonly [NewAlert, readonly Delivery[]]): JournalEntry[] => [
  { type: 'alert', alert },
  ...deliveries.flatMap(({ deliveryId, outcome }) =>
    outcome === null ? [] : [{ type: 'outcome', deliveryId, outcome } as const],
  ),
];

const deliveriesOf = ({ call, step, owner, message }: NewAlert): Delivery[] =>
  owner.contacts.map(({ contactId, phoneNumber }) => ({
    deliveryId: stepDeliveryId(call.callSid, step, contactId),
    contactId,
    to: phoneNumber,
    body: message,
    outcome: null,
  }));
