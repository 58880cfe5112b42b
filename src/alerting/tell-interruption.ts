import type { Call, CallOwner } from '../call/call.ts';
import type { AlertLedger } from './alert-ledger.ts';
import { retryLedger } from './ledger-retry.ts';
import { interruptionText } from './sms-text.ts';

/**
 * Tells the contacts that a call which looked suspicious could not be heard for a while, once a call, whoever asks for it
 * and however often. Resolves once it is recorded, however long the ledger is away.
 */
export type TellInterruption = (call: Call, owner: CallOwner) => Promise<void>;

export function createTellInterruption(
  ledger: Pick<AlertLedger, 'recordNotice'>,
  wakeOutbox: () => void,
  ledgerFailed: (error: unknown) => void,
): TellInterruption {
  const untilRecorded = retryLedger(ledgerFailed);

  return async (call, owner) => {
    const notice = { call, owner, message: interruptionText(owner.name) };
    await untilRecorded.execute(() => ledger.recordNotice(notice));
    wakeOutbox();
  };
}
