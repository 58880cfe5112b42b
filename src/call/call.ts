import type { CallSid, ContactId, PhoneNumber, UserId } from './ids.ts';
import type { Attestation, CallerTrust, Sensitivity } from './priors.ts';

/** Whom a call belongs to: the protected person. */
export interface CallOwner {
  readonly userId: UserId;
  readonly name: string;
  /** Who was to be texted at once when the owner was looked up: whom to warn should the record be away later. */
  readonly contacts: readonly OwnerContact[];
}

/** The owner of a call that was looked up, and what else is known of it through them. */
export interface FoundOwner extends CallOwner {
  /** It is the user who calls, and adds a third party to the call: the number says nothing of that one. */
  readonly isCalling: boolean;
  /** Null when nothing is known of the number that calls, or it is the user's own. */
  readonly caller: CallerTrust | null;
  readonly sensitivity: Sensitivity;
  /** BCP 47; null for the service's own. */
  readonly language: string | null;
}

export interface OwnerContact {
  readonly contactId: ContactId;
  readonly phoneNumber: PhoneNumber;
}

/**
 * A phone call as Twilio announced it. `from` is null when the caller withheld the number or it is not E.164; `userId`
 * is null when it was not known in time whose call it is, which is then found out while it goes on.
 */
export interface Call {
  readonly callSid: CallSid;
  readonly userId: UserId | null;
  readonly from: PhoneNumber | null;
  readonly to: PhoneNumber | null;
  /** When its webhook arrived, Unix milliseconds. */
  readonly startedAt: number;
}

/** A call whose stream is about to open. */
export interface AnnouncedCall {
  readonly call: Call;
  /** It had a stream before, here or on another instance. */
  readonly isResumed: boolean;
  /** Null when Twilio says nothing of it. */
  readonly attestation: Attestation | null;
  /** The owner's, BCP 47; null when it is the service's own, or was not known in time. */
  readonly language: string | null;
}

export type CallStatus = 'in-progress' | 'completed';
