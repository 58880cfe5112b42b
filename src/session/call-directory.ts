import type { FoundOwner } from '../call/call.ts';
import type { CallSid, PhoneNumber } from '../call/ids.ts';

/** PORT: what is known of a call beforehand: whose it is, and whether we answered it. */
export interface CallDirectory {
  /** The user whose line was called, else the user who calls; null when the numbers are nobody's. */
  findOwner(numbers: {
    readonly to: PhoneNumber | null;
    readonly from: PhoneNumber | null;
  }): Promise<FoundOwner | null>;
  /** Whether this call was ever registered, by any instance. */
  knows(callSid: CallSid): Promise<boolean>;
}
