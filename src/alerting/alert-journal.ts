import type { DeliveryId } from '../call/ids.ts';
import type { DeliveryOutcome, DeliveryReport, NewAlert } from './alert-ledger.ts';

/**
 * PORT: what must outlive this process while the ledger is away. Nothing here rejects: a journal that cannot be written
 * says so, or takes its time, and whoever asked goes on without it.
 */
export interface AlertJournal {
  /** Resolves to true once the entry will survive a crash; to false when it may not: the disk refuses, or there is too much. */
  append(entry: JournalEntry): Promise<boolean>;
  /**
   * The entries of processes that ended without having brought everything into the ledger. Of several that look at the
   * same time, one gets them, and keeps them until it clears its journal or ends itself.
   */
  adopt(): Promise<JournalEntry[]>;
  /** All that was appended and adopted until now is in the ledger. */
  clear(): Promise<void>;
  /** Leaves what is not in the ledger yet to the next process, at once. */
  release(): Promise<void>;
}

export type JournalEntry =
  /** Its messages may be on their way to the contacts of its owner from now on. */
  | { readonly type: 'alert'; readonly alert: NewAlert }
  | { readonly type: 'outcome'; readonly deliveryId: DeliveryId; readonly outcome: DeliveryOutcome }
  | { readonly type: 'report'; readonly report: DeliveryReport };
