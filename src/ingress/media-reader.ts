import { isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';
import type { Socket } from 'node:net';
import { readMediaFrame } from './media-frame.ts';
import type { MediaFrame } from './media-message.ts';

/**
 * Reads the connection of a media stream before `ws` does, and leaves it all but the media, frame by frame: what `ws` and
 * Node's streams do for each frame costs several times what its audio does.
 */
export interface MediaReader {
  /** From now on the connection is read by `read` alone; as ever one that is encrypted, or that `ws` has back. */
  takeTurns(): void;
  /** Reads what has come: in one call up to 64 KiB, which is more than two seconds of media. */
  read(): void;
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-5.2; each a message of one frame. */
const TEXT = 0x81;
const PING = 0x89;
const PONG = 0x8a;
const MASKED = 0x80;
const LENGTH = 0x7f;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const HEAD_BYTES = 2;
const LENGTH_16_BYTES = 2;
const MASK_BYTES = 4;
const LONGEST_FRAME = HEAD_BYTES + LENGTH_16_BYTES + MASK_BYTES + 0xffff;
const LONGEST_READ = 1 << 16;

/** What is being read, of one connection after the other. */
const incoming = Buffer.alloc(LONGEST_FRAME + LONGEST_READ);
const bytes = new DataView(incoming.buffer, incoming.byteOffset, incoming.byteLength);
const NOTHING = Buffer.alloc(0);

/** `ws` must listen to the socket already. `onMedia`: the audio is valid until it returns. */
export const createMediaReader = (socket: Socket, onMedia: (frame: MediaFrame) => void): MediaReader =>
  new FrameReader(socket, onMedia);

class FrameReader implements MediaReader {
  readonly #socket: Socket;
  readonly #onMedia: (frame: MediaFrame) => void;
  /** How `ws` listens to the socket. */
  readonly #ofWs: (this: Socket, data: Buffer) => void;
  readonly #onData = (data: Buffer): void => this.#takeAll(data);
  #isGivenBack = false;
  #handle: ReadHandle | null = null;
  /** The handle's: to ask for it costs an eighth of a read. It is closed once the socket is destroyed, never before. */
  #fd = -1;
  /** What has come of the next frame. */
  #begun = NOTHING;

  constructor(socket: Socket, onMedia: (frame: MediaFrame) => void) {
    const [ofWs] = socket.listeners('data') as Array<(data: Buffer) => void>;
    if (ofWs === undefined) throw new Error('A socket that nobody reads: create the reader once `ws` has it.');
    this.#socket = socket;
    this.#onMedia = onMedia;
    this.#ofWs = ofWs;
    socket.removeAllListeners('data').on('data', this.#onData);
  }

  takeTurns(): void {
    if (this.#isGivenBack) return;
    this.#handle = handleOf(this.#socket);
    this.#fd = this.#handle?.fd ?? -1;
    this.#handle?.readStop();
  }

  read(): void {
    if (this.#handle === null || this.#socket.destroyed) return;
    let count = 0;
    try {
      count = readSync(this.#fd, incoming, this.#begun.length, LONGEST_READ, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return;
    }
    // Node's stream finds the same end, or error, and tells `ws`.
    if (count === 0) this.#leaveTurns();
    else this.#take(count);
  }

  #leaveTurns(): void {
    this.#handle?.readStart();
    this.#handle = null;
  }

  #takeAll(data: Buffer): void {
    for (let at = 0; at < data.length; at += LONGEST_READ) {
      const part = data.subarray(at, at + LONGEST_READ);
      if (this.#isGivenBack) this.#toWs(part);
      else this.#take(part.copy(incoming, this.#begun.length));
    }
  }

  /** So many bytes stand behind the place of those that the next frame has begun with. */
  #take(count: number): void {
    const end = this.#begun.copy(incoming) + count;
    this.#begun = NOTHING;
    let at = 0;
    while (end - at >= HEAD_BYTES) {
      const isOurs = isPlain(at);
      const frameEnd = endOf(at, end);
      if (isOurs && frameEnd > end) break;
      if (!isOurs || !this.#takeFrame(at, frameEnd)) {
        this.#giveBack(at, end);
        return;
      }
      at = frameEnd;
    }
    if (at < end) this.#begun = Buffer.from(incoming.subarray(at, end));
  }

  /** False: it is broken, in a way that ends the connection. */
  #takeFrame(at: number, frameEnd: number): boolean {
    if (incoming[at] === TEXT) {
      const payloadAt = payloadOf(at);
      unmask(payloadAt, frameEnd);
      const frame = readMediaFrame(bytes, payloadAt, frameEnd);
      if (frame !== null) {
        this.#onMedia(frame);
        return true;
      }
      if (!isUtf8(incoming.subarray(payloadAt, frameEnd))) return false;
    }
    this.#toWs(incoming.subarray(at, frameEnd));
    return true;
  }

  #toWs(data: Buffer): void {
    this.#ofWs.call(this.#socket, Buffer.from(data));
  }

  /** What Twilio never sends, `ws` judges, and all that comes after it. */
  #giveBack(from: number, to: number): void {
    this.#isGivenBack = true;
    this.#socket.off('data', this.#onData).on('data', this.#ofWs);
    this.#leaveTurns();
    this.#toWs(incoming.subarray(from, to));
  }
}

/** A text, or what keeps the connection, masked as a client must, of at most 64 KiB. */
const isPlain = (at: number): boolean => {
  const kind = incoming[at];
  if (((incoming[at + 1] as number) & MASKED) === 0 || shortLength(at) === LENGTH_64) return false;
  return kind === TEXT || ((kind === PING || kind === PONG) && shortLength(at) < LENGTH_16);
};

const shortLength = (at: number): number => (incoming[at + 1] as number) & LENGTH;

const payloadOf = (at: number): number =>
  at + HEAD_BYTES + (shortLength(at) === LENGTH_16 ? LENGTH_16_BYTES : 0) + MASK_BYTES;

/** Behind `end` as long as the frame, or its length, has not come whole. */
function endOf(at: number, end: number): number {
  if (end - at < HEAD_BYTES + MASK_BYTES) return Number.POSITIVE_INFINITY;
  const length = shortLength(at) === LENGTH_16 ? incoming.readUInt16BE(at + HEAD_BYTES) : shortLength(at);
  return payloadOf(at) + length;
}

/** And says so, for those that unmask it again: its mask is one of zeros then. Four bytes at a time. */
function unmask(from: number, to: number): void {
  const mask = bytes.getInt32(from - MASK_BYTES, true);
  bytes.setInt32(from - MASK_BYTES, 0);
  let at = from;
  for (; at + MASK_BYTES <= to; at += MASK_BYTES) bytes.setInt32(at, bytes.getInt32(at, true) ^ mask, true);
  for (let rest = mask; at < to; at++, rest >>= 8) bytes.setUint8(at, bytes.getUint8(at) ^ (rest & 0xff));
}

/**
 * What of a socket reads it. Node does not document the handle (lib/net.js). `socket.pause()` would not do: it goes on
 * reading into the stream's own buffer.
 */
interface ReadHandle {
  readonly fd: number;
  readStart(): void;
  readStop(): void;
}

function handleOf(socket: Socket): ReadHandle | null {
  const { _handle: handle } = socket as { readonly _handle?: Partial<ReadHandle> | null };
  // What comes out of its descriptor is not what was said.
  if ('encrypted' in socket) return null;
  const isReadable = handle?.readStart !== undefined && handle.readStop !== undefined && (handle.fd ?? -1) >= 0;
  return isReadable ? (handle as ReadHandle) : null;
}
