import type { CallOwner } from '../call/call.ts';
import type { PhoneNumber } from '../call/ids.ts';

/** PORT: whom calls belong to. */
export interface CallDirectory {
  /** The user whose line was called, else the user who calls; null when the numbers are nobody's. */
  findOwner(numbers: { readonly to: PhoneNumber | null; readonly from: PhoneNumber | null }): Promise<CallOwner | null>;
}
