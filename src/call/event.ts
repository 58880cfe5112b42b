import type { Fact, ScamType, Tactic } from './facts.ts';
import type { AlertId, CallSid, ContactId, DeliveryId, UserId } from './ids.ts';
import type { RiskLevel } from './risk.ts';
import type { Speaker, Utterance } from './utterance.ts';

export type AlertStep = Extract<RiskLevel, 'high' | 'critical'>;

/** How a message reaches a contact: a text message, or a telephone call that speaks it. */
export type Channel = 'sms' | 'voice';

export type DeliveryStatus = 'pending' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'cancelled';

/** What happens to calls, as the live views see it. `at` is Unix milliseconds. */
export type CallEvent = { readonly callSid: CallSid; readonly at: number } & (
  | { readonly type: 'call.started'; readonly userId: UserId | null }
  | { readonly type: 'transcript.interim'; readonly speaker: Speaker; readonly text: string }
  | { readonly type: 'transcript.final'; readonly utterance: Utterance }
  | {
      readonly type: 'risk.changed';
      readonly risk: RiskLevel;
      readonly score: number;
      readonly scamType: ScamType;
      readonly because: readonly Tactic[];
      /** What was newly found, and led to it. */
      readonly facts: readonly Fact[];
    }
  | { readonly type: 'alert.raised'; readonly alertId: AlertId; readonly step: AlertStep; readonly scamType: ScamType }
  | {
      readonly type: 'alert.delivery';
      readonly alertId: AlertId;
      readonly deliveryId: DeliveryId;
      readonly contactId: ContactId;
      readonly status: DeliveryStatus;
      readonly errorCode: string | null;
    }
  /** Contacts are told that protection was interrupted. */
  | { readonly type: 'call.blind'; readonly risk: RiskLevel; readonly blindMs: number }
  | { readonly type: 'call.ended'; readonly risk: RiskLevel; readonly blindMs: number }
);
