import type { CallEvent } from '../call/event.ts';

/**
 * PORT: tells live views what happens to calls, on all instances. It is lossy by design: it never waits, nothing is kept
 * for those who come later, and a subscriber that does not keep up loses events. Nothing that matters hangs on it; the
 * record and the outbox are the truth.
 */
export interface CallFeed {
  publish(event: CallEvent): void;
  /** Events from now on, each call's in order. Returns what ends the subscription. */
  subscribe(listener: (event: CallEvent) => void): () => void;
  close(): Promise<void>;
}

/** The feed of one process. */
export function createLocalFeed(): CallFeed {
  const listeners = new Set<(event: CallEvent) => void>();

  return {
    publish(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}
