import type { MediaFrame } from './media-message.ts';

/**
 * Reads a media message without making text of it, when it has the form in which Twilio writes them:
 *
 *     {"event":"media","sequenceNumber":"4","media":{"track":"inbound","chunk":"2","timestamp":"5","payload":"…"},
 *      "streamSid":"MZ…"}
 *
 * in this order, without white space, and with a payload. Null for anything else, which `parseMediaMessage` then judges:
 * what is read here means the same there. It stands in `message` between `from` and `to`. The audio is valid until the
 * next message is read. Bytes are compared and decoded four at a time: this is most of what a frame costs.
 */
export function readMediaFrame(message: DataView, from: number, to: number): MediaFrame | null {
  const payloadEnd = to - TAIL_LENGTH;
  const sequenceAt = skip(message, from, to, BEFORE_SEQUENCE);
  const chunkAt = skip(message, skipDigits(message, sequenceAt, to), to, BEFORE_CHUNK);
  const chunkEnd = skipDigits(message, chunkAt, to);
  const timestampAt = skip(message, chunkEnd, to, BEFORE_TIMESTAMP);
  const payloadAt = skip(message, skipDigits(message, timestampAt, to), to, BEFORE_PAYLOAD);
  if (payloadAt === NOWHERE || payloadAt >= payloadEnd || !isTail(message, payloadEnd, to)) return null;
  const length = decodeBase64(message, payloadAt, payloadEnd);
  if (length === NOWHERE) return null;
  if (audio.length !== length) audio = new Uint8Array(decoded.buffer, 0, length);
  return { event: 'media', chunk: numberAt(message, chunkAt, chunkEnd), audio };
}

/** What a message must say, and how long that is: to ask a view for its length costs more than to compare a word. */
interface Expected {
  readonly bytes: DataView;
  readonly length: number;
}

function bytesOf(text: string): Expected {
  const { buffer, byteOffset, length } = Buffer.from(text, 'latin1');
  return { bytes: new DataView(buffer, byteOffset, length), length };
}

const BEFORE_SEQUENCE = bytesOf('{"event":"media","sequenceNumber":"');
const BEFORE_CHUNK = bytesOf('","media":{"track":"inbound","chunk":"');
const BEFORE_TIMESTAMP = bytesOf('","timestamp":"');
const BEFORE_PAYLOAD = bytesOf('","payload":"');
const BEFORE_STREAM = bytesOf('"},"streamSid":"MZ');
const SID_LENGTH = 32;
const AFTER_STREAM = bytesOf('"}').bytes.getUint16(0);
const TAIL_LENGTH = BEFORE_STREAM.length + SID_LENGTH + Uint16Array.BYTES_PER_ELEMENT;
/** More are no safe integer. */
const MOST_DIGITS = 15;
const ZERO = 0x30;
const PADDING = 0x3d;
/** Stands for nothing but zeros. */
const A = 0x41;
const NOWHERE = -1;
const WORD = Int32Array.BYTES_PER_ELEMENT;

/** Where `message`, which ends at `to`, goes on after `expected`, which is a word at least. */
function skip(message: DataView, from: number, to: number, { bytes, length }: Expected): number {
  if (from === NOWHERE || from + length > to) return NOWHERE;
  const last = length - WORD;
  for (let i = 0; i < last; i += WORD) if (message.getInt32(from + i) !== bytes.getInt32(i)) return NOWHERE;
  return message.getInt32(from + last) === bytes.getInt32(last) ? from + length : NOWHERE;
}

/** Where `message` goes on after a number. */
function skipDigits(message: DataView, from: number, to: number): number {
  if (from === NOWHERE) return NOWHERE;
  let at = from;
  while (at < to && isDigit(message.getUint8(at))) at += 1;
  return at > from && at - from <= MOST_DIGITS ? at : NOWHERE;
}

function numberAt(message: DataView, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + message.getUint8(at) - ZERO;
  return value;
}

/** Letters and digits are all of them base64, and nothing in that ends a string. */
function isTail(message: DataView, from: number, to: number): boolean {
  const sidAt = skip(message, from, to, BEFORE_STREAM);
  if (sidAt === NOWHERE || message.getUint16(sidAt + SID_LENGTH) !== AFTER_STREAM) return false;
  let seen = 0;
  for (let at = sidAt; at < sidAt + SID_LENGTH; at += WORD) {
    const four = message.getInt32(at, true);
    seen |= (pairs[four & 0xffff] as number) | (pairs[four >>> 16] as number);
  }
  return (seen & NO_BASE64) === 0;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9;

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
/** Beyond the twelve bits that two characters stand for. */
const NO_BASE64 = 1 << 15;
/** What two characters stand for, the first of them in the lower byte. */
const pairs = new Uint16Array(1 << 16).fill(NO_BASE64);
for (const [high, first] of ALPHABET.entries()) {
  for (const [low, second] of ALPHABET.entries()) pairs[first | (second << 8)] = (high << 6) | low;
}

/** Bytes that `decoded` has. */
let room = 1024;
/** The audio of the latest message: they are read one after the other, and what is written is copied. */
let decoded = new DataView(new ArrayBuffer(room));
/** What of it is audio: nearly always as much as before, and a view costs as much as reading half a frame. */
let audio = new Uint8Array(decoded.buffer);

/** Decodes into `decoded`, and returns how many bytes it came to. */
function decodeBase64(text: DataView, from: number, to: number): number {
  const length = to - from;
  if (length % WORD !== 0) return NOWHERE;
  if (length > room) {
    room = length;
    decoded = new DataView(new ArrayBuffer(room));
    audio = new Uint8Array(decoded.buffer);
  }
  const padding = text.getUint8(to - 1) !== PADDING ? 0 : text.getUint8(to - 2) !== PADDING ? 1 : 2;
  const wholeEnd = padding === 0 ? to : to - WORD;
  const into = decoded;
  let seen = 0;
  let size = 0;
  for (let at = from; at < wholeEnd; at += WORD) {
    const four = text.getInt32(at, true);
    const high = pairs[four & 0xffff] as number;
    const low = pairs[four >>> 16] as number;
    seen |= high | low;
    into.setInt32(size, (high << 20) | (low << 8));
    size += 3;
  }
  if (padding > 0) {
    const third = padding === 2 ? A : text.getUint8(wholeEnd + 2);
    const high = pairs[text.getUint16(wholeEnd, true)] as number;
    const low = pairs[third | (A << 8)] as number;
    seen |= high | low;
    into.setInt32(size, (high << 20) | (low << 8));
    size += 3 - padding;
  }
  return (seen & NO_BASE64) === 0 ? size : NOWHERE;
}
