import { bytesOfMs, msOfBytes } from '../call/audio.ts';
import { type Coverage, createCoverage } from './coverage.ts';

/**
 * The latest audio of one stream, in a ring of fixed size, with three positions in it (all counted in bytes since the
 * stream began):
 *
 *     settled ≤ sent ≤ written
 *
 * `settled`: the recogniser has answered for everything before it. `sent`: handed to the present connection.
 * `written`: received from the telephone network. When a connection dies, `rewind` moves `sent` back so that the next
 * one hears again what was never settled; only then may it stand before `settled`, by the overlap. Audio that leaves
 * the ring before it was sent takes with it what is still unanswered: `sent` then jumps, which a connection must not
 * outlive, for it can no longer tell what the recogniser's times are about. What no recogniser answered for, the one
 * that is fed from here or the fallback of the `coverage`, is blind time.
 */
export interface AudioBacklog {
  write(frame: Uint8Array): void;
  /** The next bytes to send, at most `maxBytes`, or null. A view into the ring: valid until the next `write`. */
  take(maxBytes: number): Uint8Array | null;
  /** The recogniser has answered for everything before this position. */
  settle(position: number): void;
  /** The connection died: sends again from shortly before what was settled, or what the fallback has told since. */
  rewind(): void;
  /** The recogniser will hear nothing of what is left: counts it as blind. */
  abandon(): void;
  readonly writtenBytes: number;
  readonly unsentBytes: number;
  /** Nothing of what was received is still to be answered for. */
  readonly isSettled: boolean;
  /** Position of the next byte that `take` returns. */
  readonly sentBytes: number;
  readonly blindMs: number;
  /** What was received and is not settled. */
  readonly unansweredMs: number;
}

export interface AudioBacklogLimits {
  /** How much audio is kept: what a reconnect can replay. */
  readonly backlogMs: number;
  /** How much settled audio is heard again after a reconnect, so that no word is cut in two. */
  readonly overlapMs: number;
}

export function createAudioBacklog(
  { backlogMs, overlapMs }: AudioBacklogLimits,
  coverage: Coverage = createCoverage(),
): AudioBacklog {
  const ring = new Uint8Array(bytesOfMs(backlogMs));
  const overlapBytes = bytesOfMs(overlapMs);
  let written = 0;
  let sent = 0;
  let settled = 0;

  const oldest = (): number => Math.max(0, written - ring.length);

  function append(part: Uint8Array): void {
    const at = written % ring.length;
    const untilEnd = ring.length - at;
    ring.set(part.subarray(0, untilEnd), at);
    if (part.length > untilEnd) ring.set(part.subarray(untilEnd), 0);
    written += part.length;
    if (oldest() <= sent) return;
    giveUpWhatIsGone();
    sent = oldest();
  }

  function giveUpWhatIsGone(): void {
    if (oldest() <= settled) return;
    coverage.lose(settled, oldest());
    settled = oldest();
  }

  return {
    write(frame) {
      for (let from = 0; from < frame.length; from += ring.length) append(frame.subarray(from, from + ring.length));
    },
    take(maxBytes) {
      const at = sent % ring.length;
      const length = Math.min(maxBytes, written - sent, ring.length - at);
      if (length <= 0) return null;
      sent += length;
      return ring.subarray(at, at + length);
    },
    settle(position) {
      settled = Math.max(settled, Math.min(Math.round(position), sent));
    },
    rewind() {
      giveUpWhatIsGone();
      settled = coverage.toldFrom(settled);
      sent = Math.max(oldest(), settled - overlapBytes);
    },
    abandon() {
      coverage.lose(settled, written);
      settled = written;
      sent = written;
    },
    get writtenBytes() {
      return written;
    },
    get unsentBytes() {
      return written - sent;
    },
    get isSettled() {
      return settled >= written;
    },
    get sentBytes() {
      return sent;
    },
    get unansweredMs() {
      return Math.round(msOfBytes(written - settled));
    },
    get blindMs() {
      return Math.round(msOfBytes(coverage.blindBytes));
    },
  };
}
