import type { Clock } from '../call/clock.ts';

export interface ReadingTurnsLimits {
  /** How often each socket is read while the process has time, and while it is busy, milliseconds. */
  readonly quietMs: number;
  readonly busyMs: number;
}

/**
 * Media streams send a frame every 20 ms, and what a read costs hardly depends on how many it brings. So each stream is
 * read in its turn; what comes between stays in the kernel, which holds seconds of it.
 */
export interface ReadingTurns {
  /** `onTurn` reads: once every `quietMs`, or `busyMs`. Returns what takes the stream out again. */
  join(onTurn: () => void): () => void;
}

/**
 * Streams of one group have their turn together, the groups one after the other. So many that with hundreds of calls a
 * turn holds the event loop for a few milliseconds only.
 */
const GROUPS = 20;

type Group = Set<() => void>;

/** `isBusy`: whether the process has much to do. */
export function createReadingTurns(clock: Clock, limits: ReadingTurnsLimits, isBusy: () => boolean): ReadingTurns {
  const groups = Array.from({ length: GROUPS }, () => new Set() as Group);
  let joined = 0;
  let turns = 0;
  let dueAtMs = 0;
  let cancel: (() => void) | null = null;

  const stepMs = (): number => (isBusy() ? limits.busyMs : limits.quietMs) / GROUPS;

  function schedule(): void {
    // Timers drop what is less than a millisecond, and would come too early.
    cancel = clock.after(Math.ceil(dueAtMs - clock.monotonicMs()), turn);
  }

  function turn(): void {
    const due = groupsDue();
    schedule();
    for (const group of due) for (const onTurn of group) onTurn();
  }

  /** A late turn is that of all groups that should have had theirs by now. */
  function groupsDue(): Group[] {
    const nowMs = clock.monotonicMs();
    const due: Group[] = [];
    for (; dueAtMs <= nowMs && due.length < GROUPS; dueAtMs += stepMs()) {
      due.push(groups[turns++ % GROUPS] as Group);
    }
    dueAtMs = Math.max(dueAtMs, nowMs);
    return due;
  }

  return {
    join(onTurn) {
      const group = groups[joined++ % GROUPS] as Group;
      group.add(onTurn);
      if (cancel === null) {
        dueAtMs = clock.monotonicMs() + stepMs();
        schedule();
      }
      return () => {
        group.delete(onTurn);
        if (groups.some(({ size }) => size > 0)) return;
        cancel?.();
        cancel = null;
      };
    },
  };
}
