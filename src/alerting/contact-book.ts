import type { AlertId, CallSid, ContactId, DeliveryId, PhoneNumber } from '../call/ids.ts';

/**
 * PORT: the trusted contacts as their telephones know them. One number may belong to contacts of several users; what is
 * said from it counts for all of them.
 */
export interface ContactBook {
  /**
   * Those who were asked, or had opted out, agree: alerts go to them, at once for calls that are still going on, of each
   * the gravest.
   */
  optIn(from: PhoneNumber): Promise<{ readonly contacts: number }>;
  optOut(from: PhoneNumber): Promise<void>;
  /**
   * The newest alert that was sent to this number, or null when there is none to answer. `prefersLive`: the newest of a
   * call that is still going on, if there is one.
   */
  latestAlert(from: PhoneNumber, options: { readonly prefersLive: boolean }): Promise<AnsweredAlert | null>;
  /** The alert that this delivery carries; null when there is none to answer any more. */
  alertOf(deliveryId: DeliveryId): Promise<AnsweredAlert | null>;
  /**
   * Somebody is on it: the first counts. It holds for the alerts of the call before this one too, and what remains of
   * their escalation stays back.
   */
  acknowledge(alert: AnsweredAlert): Promise<void>;
  /** Marks a false alarm: messages of the alert that have not left yet stay back, and the call is labelled legitimate. */
  markFalseAlarm(alert: AnsweredAlert): Promise<void>;
}

export interface AnsweredAlert {
  readonly alertId: AlertId;
  readonly callSid: CallSid;
  readonly contactId: ContactId;
  /** Whom the alert is about. */
  readonly userName: string;
}
