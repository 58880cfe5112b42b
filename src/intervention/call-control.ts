import type { ProviderFailure } from '../call/failure.ts';
import type { CallSid } from '../call/ids.ts';

/** PORT: what may be done to a live phone call. */
export interface CallControl {
  /** Hangs up. A call that is already over counts as done. */
  endCall(callSid: CallSid): Promise<CallControlResult>;
  /** Has the call ask for a stream again. */
  resumeCall(callSid: CallSid): Promise<CallControlResult>;
}

export type CallControlResult =
  | { readonly ok: true; readonly wasOver: boolean }
  | { readonly ok: false; readonly failure: ProviderFailure };
