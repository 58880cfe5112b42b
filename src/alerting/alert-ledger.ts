import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import type { AlertStep, Channel, DeliveryStatus } from '../call/event.ts';
import type { ScamType } from '../call/facts.ts';
import type { AlertId, CallSid, ContactId, DeliveryId, PhoneNumber } from '../call/ids.ts';

/**
 * PORT: the durable memory of alerts and of the messages that carry them.
 *
 * The alert guarantee rests on it: an alert and its deliveries are written together or not at all; a step of a call is
 * recorded once, whoever records it and however often; a delivery is held by one worker at a time, under a lease that
 * ends by itself when the worker dies; its status only ever moves forward.
 */
export interface AlertLedger {
  /**
   * `isNew` is false when this step of the call had been recorded before, and when a graver one had: the family is not
   * told less than it knows. With `claim`, this worker takes the messages that are due at once, as it would by `claimDue`,
   * and the family waits for one commit instead of two. What is under way when `signal` aborts may still be recorded and
   * claimed; nothing is claimed afterwards.
   */
  record(
    alert: NewAlert,
    attempt?: { readonly claim: ClaimLimits; readonly signal?: AbortSignal },
  ): Promise<RecordedAlert>;
  /**
   * Records a step whose messages left before it could be recorded, however often it is told, and returns the deliveries
   * whose outcome is new. A message without an outcome is held for `leaseMs`, as one under way; after that it is
   * uncertain. Who has agreed meanwhile, and later steps, get a delivery like any other. Null when the record refuses the
   * alert for good: its user, for example, is no more.
   */
  recordSent(
    alert: NewAlert,
    deliveries: readonly SentDelivery[],
    options: { readonly leaseMs: number },
  ): Promise<DeliveryChange[] | null>;
  /** Has a notice about a call sent to the contacts who have agreed; once a call, whoever records it and however often. */
  recordNotice(notice: NewNotice): Promise<void>;
  /**
   * Takes deliveries that are due, alerts before notices before requests for consent and the oldest first, and leases
   * them to this worker. What nobody wants any more is cancelled instead: after STOP, after a false alarm, and steps of
   * the escalation once the alert is acknowledged.
   */
  claimDue(limits: ClaimLimits): Promise<ClaimedDelivery[]>;
  /** Writes down the words that this attempt is about to send, when they are others than before. */
  reword(attempt: Attempt, message: string): Promise<void>;
  /** Records how an attempt ended. Null when the delivery had moved on meanwhile, with another attempt for example. */
  settle(attempt: Attempt, outcome: DeliveryOutcome): Promise<DeliveryChange | null>;
  /** Those of a provider's messages that no other delivery holds; a report may have given one to this delivery meanwhile. */
  unclaimed(providerSids: readonly string[], deliveryId: DeliveryId): Promise<string[]>;
  /**
   * Texts of the last `forgetAfterMs` that the carrier has accepted and told nothing of for `silentMs`, which begin anew
   * with the asking: each is given to one worker.
   */
  unreported(options: {
    readonly silentMs: number;
    readonly forgetAfterMs: number;
    readonly limit: number;
  }): Promise<ReadonlyArray<{ readonly deliveryId: DeliveryId; readonly providerSid: string }>>;
  knowsDelivery(deliveryId: DeliveryId): Promise<boolean>;
  /** Applies a provider's delivery report. Null when it changes nothing: unknown, repeated, late or of another attempt. */
  applyReport(report: DeliveryReport): Promise<DeliveryChange | null>;
}

export interface ClaimLimits {
  /** Deliveries at most. */
  readonly limit: number;
  readonly leaseMs: number;
}

export interface RecordedAlert {
  readonly alertId: AlertId;
  readonly isNew: boolean;
  readonly claimed: readonly ClaimedDelivery[];
}

export interface NewAlert {
  readonly alertId: AlertId;
  readonly call: Call;
  readonly owner: CallOwner;
  readonly step: AlertStep;
  /** The analysis that decided. */
  readonly analysis: Analysis;
  /** What the contacts are told. */
  readonly message: string;
  /**
   * When the deciding utterance ended, when what decided came (its final segment, or the model's answer), and when the
   * alert was raised: Unix milliseconds.
   */
  readonly spokenAt: number;
  readonly decidedAt: number;
  readonly raisedAt: number;
}

/** A message that was handed to the carrier ahead of the record; null: it may be with the carrier, or not. */
export interface SentDelivery {
  readonly deliveryId: DeliveryId;
  readonly contactId: ContactId;
  readonly outcome: DeliveryOutcome | null;
}

export interface NewNotice {
  readonly call: Call;
  readonly owner: CallOwner;
  readonly message: string;
}

/** One attempt of one delivery. */
export interface Attempt {
  readonly deliveryId: DeliveryId;
  /** Attempts begun, this one included. */
  readonly attempts: number;
}

export interface ClaimedDelivery extends Attempt {
  readonly contactId: ContactId;
  readonly channel: Channel;
  /** The alert it carries; null for other messages. */
  readonly alert: DeliveredAlert | null;
  /** A later step of the escalation, rather than what is told at once. */
  readonly isEscalation: boolean;
  /** Whether it asks for consent. */
  readonly isRequest: boolean;
  readonly to: PhoneNumber;
  /** The line that guards the user. */
  readonly line: PhoneNumber;
  /** As it was last sent, or is to be. */
  readonly message: string;
  /** Not to leave before this, Unix milliseconds. */
  readonly scheduledAt: number;
  /** Milliseconds since then, by the ledger's clock. */
  readonly ageMs: number;
  /** An attempt was under way and its outcome is unknown: look for the message before sending it again. */
  readonly isUncertain: boolean;
}

export interface DeliveredAlert {
  readonly alertId: AlertId;
  readonly callSid: CallSid;
  readonly step: AlertStep;
  readonly scamType: ScamType;
  readonly userName: string;
  readonly spokenAt: number;
  readonly decidedAt: number;
  /** Milliseconds since it was raised, by the ledger's clock. */
  readonly ageMs: number;
}

export type DeliveryOutcome =
  | { readonly type: 'accepted'; readonly providerSid: string }
  /** Not processed: to be tried again after `delayMs`. */
  | { readonly type: 'retry'; readonly delayMs: number; readonly code: string; readonly error: string }
  /** Nobody knows whether it was accepted: to be looked for after `delayMs`. */
  | { readonly type: 'uncertain'; readonly delayMs: number; readonly code: string; readonly error: string }
  /** `isOptedOut`: the recipient wants no more messages, so the contact is opted out. */
  | { readonly type: 'failed'; readonly code: string; readonly error: string; readonly isOptedOut: boolean };

export interface DeliveryReport {
  readonly deliveryId: DeliveryId;
  readonly channel: Channel;
  readonly providerSid: string;
  readonly status: 'sent' | 'delivered' | 'undelivered' | 'failed';
  readonly errorCode: string | null;
  /** The carrier documents that the same message may be sent again. */
  readonly isRetryable: boolean;
}

export interface DeliveryChange {
  readonly deliveryId: DeliveryId;
  readonly contactId: ContactId;
  readonly alert: { readonly alertId: AlertId; readonly callSid: CallSid } | null;
  readonly status: DeliveryStatus;
  readonly errorCode: string | null;
}

/**
 * The steps of an alert, as its audit trail names them. `raised`, `noticed`: there is an alert, or a notice. `attempted`:
 * a message is about to be sent, or left ahead of the record; `escalated`: the same, for the first attempt of a later
 * step. `accepted`, `retry`, `uncertain` and `failed`: how an attempt ended. `reported`: what the carrier told afterwards.
 * `cancelled`: a message that nobody wants any more.
 */
export type AlertEventType =
  | 'raised'
  | 'noticed'
  | 'attempted'
  | 'escalated'
  | DeliveryOutcome['type']
  | 'reported'
  | 'acknowledged'
  | 'false_alarm'
  | 'cancelled';
