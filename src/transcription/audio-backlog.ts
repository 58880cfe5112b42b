import { bytesOfMs, msOfBytes } from '../call/audio.ts';
import { CHUNK_BYTES, type ChunkPool } from './chunk-pool.ts';
import { type Coverage, createCoverage } from './coverage.ts';

/**
 * The latest audio of one stream, as far back as it may still be wanted and `backlogMs` allows, with three positions in it
 * (all counted in bytes since the stream began):
 *
 *     settled ≤ sent ≤ written
 *
 * `settled`: the recogniser has answered for everything before it. `sent`: handed to the present connection.
 * `written`: received from the telephone network. When a connection dies, `rewind` moves `sent` back so that the next
 * one hears again what was never settled; only then may it stand before `settled`, by the overlap. Audio that becomes
 * too old before it was sent takes with it what is still unanswered: `sent` then jumps, which a connection must not
 * outlive, for it can no longer tell what the recogniser's times are about. What no recogniser answered for, the one
 * that is fed from here or the fallback of the `coverage`, is blind time.
 */
export interface AudioBacklog {
  write(frame: Uint8Array): void;
  /** The next bytes to send, at most `maxBytes`, or null. To be used at once: the memory is the backlog's. */
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

export const createAudioBacklog = (
  limits: AudioBacklogLimits,
  pool: ChunkPool,
  coverage = createCoverage(),
): AudioBacklog => new ChunkedBacklog(limits, pool, coverage);

class ChunkedBacklog implements AudioBacklog {
  readonly #backlogBytes: number;
  readonly #overlapBytes: number;
  readonly #pool: ChunkPool;
  readonly #coverage: Coverage;
  /** Without a gap, the stream's chunk number `#firstChunk` first. */
  readonly #chunks: Uint8Array[] = [];
  #firstChunk = 0;
  #written = 0;
  #sent = 0;
  #settled = 0;

  constructor({ backlogMs, overlapMs }: AudioBacklogLimits, pool: ChunkPool, coverage: Coverage) {
    this.#backlogBytes = bytesOfMs(backlogMs);
    this.#overlapBytes = bytesOfMs(overlapMs);
    this.#pool = pool;
    this.#coverage = coverage;
  }

  get #oldest(): number {
    return Math.max(0, this.#written - this.#backlogBytes);
  }

  #chunkOf(position: number): Uint8Array | undefined {
    return this.#chunks[Math.floor(position / CHUNK_BYTES) - this.#firstChunk];
  }

  write(frame: Uint8Array): void {
    const room = CHUNK_BYTES - (this.#written % CHUNK_BYTES);
    this.#append(frame.length <= room ? frame : frame.subarray(0, room));
    if (frame.length > room) this.write(frame.subarray(room));
  }

  /** `part` lies in one chunk. */
  #append(part: Uint8Array): void {
    (this.#chunkOf(this.#written) ?? this.#addChunk()).set(part, this.#written % CHUNK_BYTES);
    this.#written += part.length;
    if (this.#oldest <= this.#sent) return;
    this.#giveUpWhatIsGone();
    this.#sent = this.#oldest;
  }

  #addChunk(): Uint8Array {
    this.#releaseUnwanted();
    if (this.#chunks.length === 0) this.#firstChunk = Math.floor(this.#written / CHUNK_BYTES);
    const chunk = this.#pool.take();
    this.#chunks.push(chunk);
    return chunk;
  }

  /** Gives back what no connection will be sent any more. */
  #releaseUnwanted(): void {
    const wanted = Math.max(this.#oldest, this.#settled - this.#overlapBytes);
    while (this.#chunks.length > 0 && (this.#firstChunk + 1) * CHUNK_BYTES <= wanted) {
      this.#pool.giveBack(this.#chunks.shift() as Uint8Array);
      this.#firstChunk += 1;
    }
  }

  #giveUpWhatIsGone(): void {
    if (this.#oldest <= this.#settled) return;
    this.#coverage.lose(this.#settled, this.#oldest);
    this.#settled = this.#oldest;
  }

  take(maxBytes: number): Uint8Array | null {
    const length = Math.min(maxBytes, this.unsentBytes, CHUNK_BYTES);
    if (length <= 0) return null;
    const taken = this.#read(this.#sent, length);
    this.#sent += length;
    return taken;
  }

  /** Copied where it spans two chunks: a message costs the recogniser's connection the same, however short it is. */
  #read(from: number, length: number): Uint8Array {
    const first = (this.#chunkOf(from) as Uint8Array).subarray(from % CHUNK_BYTES, (from % CHUNK_BYTES) + length);
    if (first.length === length) return first;
    const whole = Buffer.allocUnsafe(length);
    whole.set(first);
    whole.set((this.#chunkOf(from + length) as Uint8Array).subarray(0, length - first.length), first.length);
    return whole;
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
    for (const chunk of this.#chunks.splice(0)) this.#pool.giveBack(chunk);
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
