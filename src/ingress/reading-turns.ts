import type { Socket } from 'node:net';
import type { Clock } from '../call/clock.ts';

export interface ReadingTurnsLimits {
  /** How often each socket is read while the process has time, and while it is busy, milliseconds. */
  readonly quietMs: number;
  readonly busyMs: number;
}

/**
 * Media streams send a frame every 20 ms, and what a read costs hardly depends on how many it brings. So each socket is
 * read in its turn, for one round of the event loop; what comes between stays in the kernel, which holds seconds of it.
 */
export interface ReadingTurns {
  /** `onRead` is called after each turn, whatever it brought. Returns what takes the socket out again. */
  join(socket: Socket, onRead: () => void): () => void;
}

/**
 * Sockets of one group have their turn together, the groups one after the other. So many that with hundreds of calls a
 * turn holds the event loop for a few milliseconds only.
 */
const GROUPS = 20;

/**
 * What of a socket starts and stops reading. `socket.pause()` does not: it goes on reading into the stream's own buffer.
 * Node does not document the handle (lib/net.js); a socket without such a one is read as ever, between its turns too.
 */
interface ReadHandle {
  readonly reading: boolean;
  readStart(): void;
  readStop(): void;
}

interface Member {
  readonly socket: Socket;
  readonly onRead: () => void;
}

/** `isBusy`: whether the process has much to do. */
export function createReadingTurns(clock: Clock, limits: ReadingTurnsLimits, isBusy: () => boolean): ReadingTurns {
  const groups = Array.from({ length: GROUPS }, () => new Set<Member>());
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
    for (const group of due) {
      for (const { socket } of group) {
        const handle = handleOf(socket);
        if (handle?.reading) handle.readStart();
      }
    }
    // Between a timer and this the event loop reads.
    setImmediate(() => {
      for (const group of due) {
        for (const { socket, onRead } of group) {
          handleOf(socket)?.readStop();
          onRead();
        }
      }
    });
    schedule();
  }

  /** A late turn is that of all groups that should have had theirs by now. */
  function groupsDue(): Array<Set<Member>> {
    const nowMs = clock.monotonicMs();
    const due: Array<Set<Member>> = [];
    for (; dueAtMs <= nowMs && due.length < GROUPS; dueAtMs += stepMs()) {
      due.push(groups[turns++ % GROUPS] as Set<Member>);
    }
    dueAtMs = Math.max(dueAtMs, nowMs);
    return due;
  }

  return {
    join(socket, onRead) {
      const group = groups[joined++ % GROUPS] as Set<Member>;
      const member = { socket, onRead };
      group.add(member);
      if (cancel === null) {
        dueAtMs = clock.monotonicMs() + stepMs();
        schedule();
      }
      return () => {
        group.delete(member);
        if (groups.some(({ size }) => size > 0)) return;
        cancel?.();
        cancel = null;
      };
    },
  };
}

function handleOf(socket: Socket): ReadHandle | null {
  const { _handle: handle } = socket as { readonly _handle?: Partial<ReadHandle> | null };
  return handle && 'readStart' in handle && 'readStop' in handle ? (handle as ReadHandle) : null;
}
