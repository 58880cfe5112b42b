import type { Clock } from '../call/clock.ts';

/** Which files their owners have left, told by their silence alone: the clocks of two processes may disagree. */
export interface SilentFiles {
  /** Whether a file has not been touched for as long as it takes while it was watched. `touchedAt` is by its owner's clock. */
  isLeft(path: string, touchedAt: number): boolean;
  /** Only these are still there. */
  retain(paths: readonly string[]): void;
}

/** The time of a file whose owner has said that it is leaving. */
export const LONG_LEFT_MS = 0;

export function watchSilence(clock: Clock, leftAfterMs: number): SilentFiles {
  const watched = new Map<string, { readonly touchedAt: number; readonly sinceMs: number }>();

  return {
    isLeft(path, touchedAt) {
      if (touchedAt === LONG_LEFT_MS) return true;
      const nowMs = clock.monotonicMs();
      const before = watched.get(path);
      if (before?.touchedAt === touchedAt) return nowMs - before.sinceMs >= leftAfterMs;
      watched.set(path, { touchedAt, sinceMs: nowMs });
      return false;
    },
    retain(paths) {
      for (const path of watched.keys()) if (!paths.includes(path)) watched.delete(path);
    },
  };
}
