import type { ProviderFailure } from '../call/failure.ts';
import type { CallSid } from '../call/ids.ts';

/** PORT: what may be done to a live phone call. */
export interface CallControl {
  /** Hangs up. A call that is already over counts as done. */
  endCall(callSid: CallSid): Promise<EndCallResult>;
}

export type EndCallResult =
  | { readonly ok: true; readonly wasOver: boolean }
  | { readonly ok: false; readonly failure: ProviderFailure };
