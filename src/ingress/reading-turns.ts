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

/** Sockets of one group have their turn together, the groups one after the other. */
const GROUPS = 5;

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
  let nextAtMs = 0;
  let cancel: (() => void) | null = null;

  function schedule(): void {
    const nowMs = clock.monotonicMs();
    // By when the last was due, lest every turn be late by what the timer is; after a pause by what it is now.
    nextAtMs = Math.max(nowMs, nextAtMs + (isBusy() ? limits.busyMs : limits.quietMs) / GROUPS);
    cancel = clock.after(nextAtMs - nowMs, turn);
  }

  function turn(): void {
    const group = groups[turns++ % GROUPS] as Set<Member>;
    for (const { socket } of group) {
      const handle = handleOf(socket);
      if (handle?.reading) handle.readStart();
    }
    // Between a timer and this the event loop reads.
    setImmediate(() => {
      for (const { socket, onRead } of group) {
        handleOf(socket)?.readStop();
        onRead();
      }
    });
    schedule();
  }

  return {
    join(socket, onRead) {
      const group = groups[joined++ % GROUPS] as Set<Member>;
      const member = { socket, onRead };
      group.add(member);
      if (cancel === null) schedule();
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
