import type { Clock } from '../call/clock.ts';

/**
 * Times how long work of one kind holds the event loop: from when what it returns is called, by the work that begins there
 * and by what follows from it, promise upon promise, until the loop goes on. Work that begins meanwhile is part of it.
 */
export function createSliceTimer(clock: Clock, held: (ms: number) => void): () => void {
  let startedAtMs: number | null = null;

  function end(): void {
    if (startedAtMs !== null) held(clock.monotonicMs() - startedAtMs);
    startedAtMs = null;
  }

  return () => {
    if (startedAtMs !== null) return;
    startedAtMs = clock.monotonicMs();
    // A tick that a promise's reaction asks for comes when no reaction is left.
    queueMicrotask(() => process.nextTick(end));
  };
}
