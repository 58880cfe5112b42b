import type { CallSid } from '../call/ids.ts';

/** PORT: which instance holds a call, as all of them agree on it. */
export interface CallLeases {
  /** These calls have their stream here, whatever was agreed on before. */
  renew(callSids: readonly CallSid[]): Promise<void>;
  /** Takes calls in progress that nobody has renewed for `expiredMs`, each by one instance alone. */
  takeExpired(options: { readonly expiredMs: number; readonly limit: number }): Promise<CallSid[]>;
}
