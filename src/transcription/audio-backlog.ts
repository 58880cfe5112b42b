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

export const createAudioBacklog = (limits: AudioBacklogLimits, coverage = createCoverage()): AudioBacklog =>
  new RingBacklog(limits, coverage);

class RingBacklog implements AudioBacklog {
  readonly #ring: Uint8Array;
  readonly #overlapBytes: number;
  readonly #coverage: Coverage;
  #written = 0;
  #sent = 0;
  #settled = 0;

  constructor({ backlogMs, overlapMs }: AudioBacklogLimits, coverage: Coverage) {
    this.#ring = new Uint8Array(bytesOfMs(backlogMs));
    this.#overlapBytes = bytesOfMs(overlapMs);
    this.#coverage = coverage;
  }

  get #oldest(): number {
    return Math.max(0, this.#written - this.#ring.length);
  }

  write(frame: Uint8Array): void {
    const most = this.#ring.length;
    if (frame.length <= most) this.#append(frame);
    else for (let from = 0; from < frame.length; from += most) this.#append(frame.subarray(from, from + most));
  }

  #append(part: Uint8Array): void {
    const ring = this.#ring;
    const at = this.#written % ring.length;
    const untilEnd = ring.length - at;
    if (part.length <= untilEnd) ring.set(part, at);
    else {
      ring.set(part.subarray(0, untilEnd), at);
      ring.set(part.subarray(untilEnd), 0);
    }
    this.#written += part.length;
    if (this.#oldest <= this.#sent) return;
    this.#giveUpWhatIsGone();
    this.#sent = this.#oldest;
  }

  #giveUpWhatIsGone(): void {
    if (this.#oldest <= this.#settled) return;
    this.#coverage.lose(this.#settled, this.#oldest);
    this.#settled = this.#oldest;
  }

  take(maxBytes: number): Uint8Array | null {
    const at = this.#sent % this.#ring.length;
    const length = Math.min(maxBytes, this.unsentBytes, this.#ring.length - at);
    if (length <= 0) return null;
    this.#sent += length;
    return this.#ring.subarray(at, at + length);
  }

  settle(position: number): void {
    this.#settled = Math.max(this.#settled, Math.min(Math.round(position), this.#sent));
  }

  rewind(): void {
    this.#giveUpWhatIsGone();
    this.#settled = this.#coverage.toldFrom(this.#settled);
    this.#sent = Math.max(this.#oldest, this.#settled - this.#overlapBytes);
  }

  abandon(): void {
    this.#coverage.lose(this.#settled, this.#written);
    this.#settled = this.#written;
    this.#sent = this.#written;
  }

  get writtenBytes(): number {
    return this.#written;
  }

  get unsentBytes(): number {
    return this.#written - this.#sent;
  }

  get isSettled(): boolean {
    return this.#settled >= this.#written;
  }

  get sentBytes(): number {
    return this.#sent;
  }

  get unansweredMs(): number {
    return Math.round(msOfBytes(this.#written - this.#settled));
  }

  get blindMs(): number {
    return Math.round(msOfBytes(this.#coverage.blindBytes));
  }
}
