import type { CallSid } from '../call/ids.ts';

/**
 * PORT: which instance holds a call, as all of them agree on it: the word that decides. Redis, where the holder rewrites
 * the copy of its memory (`call-memories.ts`), is only quicker to tell that it is alive.
 */
export interface CallLeases {
  /** The instance that holds a call, or held it last; null for a call that nobody has recorded. */
  holder(callSid: CallSid): Promise<string | null>;
  /** These calls are attended to here, as far as no other instance has taken them. */
  renew(callSids: readonly CallSid[]): Promise<void>;
  /** Calls whose record is not closed, and whose holder has renewed nothing for `silentMs`; the longest first. */
  silent(options: { readonly silentMs: number; readonly limit: number }): Promise<SilentCall[]>;
  /**
   * Of these, the ones that are still silent: each goes to one instance alone, which sees to it. It is silent no more for
   * another `silentMs`; whose call it is does not change.
   */
  take(callSids: readonly CallSid[], silentMs: number): Promise<OrphanedCall[]>;
  /** Closes the record of a call that is over, once, as its holder would have; it has been blind for at least so long. */
  close(callSid: CallSid, blindMs: number): Promise<void>;
}

export interface OrphanedCall {
  readonly callSid: CallSid;
  /** Unix milliseconds; null while it lasts, as far as anybody was told. */
  readonly endedAt: number | null;
}

export interface SilentCall {
  readonly callSid: CallSid;
  readonly silentMs: number;
}
