import type { MediaFrame } from './media-message.ts';

/**
 * Reads a media message without making text of it, when it has the form in which Twilio writes them:
 *
 *     {"event":"media","sequenceNumber":"4","media":{"track":"inbound","chunk":"2","timestamp":"5","payload":"…"},
 *      "streamSid":"MZ…"}
 *
 * in this order, without white space, and with a payload. Null for anything else, which `parseMediaMessage` then judges:
 * what is read here means the same there. It stands in `message` between `from` and `to`. The audio is valid until the
 * next message is read.
 */
export function readMediaFrame(message: Uint8Array, from: number, to: number): MediaFrame | null {
  const payloadEnd = to - TAIL_LENGTH;
  const sequenceAt = skip(message, from, BEFORE_SEQUENCE);
  const chunkAt = skip(message, skipDigits(message, sequenceAt), BEFORE_CHUNK);
  const chunkEnd = skipDigits(message, chunkAt);
  const timestampAt = skip(message, chunkEnd, BEFORE_TIMESTAMP);
  const payloadAt = skip(message, skipDigits(message, timestampAt), BEFORE_PAYLOAD);
  if (payloadAt === NOWHERE || payloadAt >= payloadEnd || !isTail(message, payloadEnd)) return null;
  const length = decodeBase64(message, payloadAt, payloadEnd);
  if (length === NOWHERE) return null;
  if (audio.length !== length) audio = decoded.subarray(0, length);
  return { event: 'media', chunk: numberAt(message, chunkAt, chunkEnd), audio };
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const BEFORE_SEQUENCE = bytesOf('{"event":"media","sequenceNumber":"');
const BEFORE_CHUNK = bytesOf('","media":{"track":"inbound","chunk":"');
const BEFORE_TIMESTAMP = bytesOf('","timestamp":"');
const BEFORE_PAYLOAD = bytesOf('","payload":"');
const BEFORE_STREAM = bytesOf('"},"streamSid":"MZ');
const SID_LENGTH = 32;
const AFTER_STREAM = bytesOf('"}');
const TAIL_LENGTH = BEFORE_STREAM.length + SID_LENGTH + AFTER_STREAM.length;
/** More are no safe integer. */
const MOST_DIGITS = 15;
const ZERO = 0x30;
const PADDING = 0x3d;
const NOWHERE = -1;

/** Where `message` goes on after `expected`. */
function skip(message: Uint8Array, from: number, expected: Uint8Array): number {
  if (from === NOWHERE || from + expected.length > message.length) return NOWHERE;
  for (let i = 0; i < expected.length; i++) if (message[from + i] !== expected[i]) return NOWHERE;
  return from + expected.length;
}

/** Where `message` goes on after a number. */
function skipDigits(message: Uint8Array, from: number): number {
  if (from === NOWHERE) return NOWHERE;
  let at = from;
  while (at < message.length && isDigit(message[at] as number)) at += 1;
  return at > from && at - from <= MOST_DIGITS ? at : NOWHERE;
}

function numberAt(message: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + (message[at] as number) - ZERO;
  return value;
}

function isTail(message: Uint8Array, from: number): boolean {
  const sidAt = skip(message, from, BEFORE_STREAM);
  if (sidAt === NOWHERE) return false;
  for (let i = 0; i < SID_LENGTH; i++) if (!isSidCharacter(message[sidAt + i] as number)) return false;
  return skip(message, sidAt + SID_LENGTH, AFTER_STREAM) !== NOWHERE;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9;
const isSidCharacter = (byte: number): boolean => isDigit(byte) || (byte >= 0x61 && byte <= 0x7a);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The six bits that a character stands for. */
const NO_SEXTET = 0x80;
const sextets = new Uint8Array(256).fill(NO_SEXTET);
for (const [value, byte] of bytesOf(ALPHABET).entries()) sextets[byte] = value;

/** The audio of the latest message: they are read one after the other, and what is written is copied. */
let decoded = new Uint8Array(1024);
/** What of it is audio: nearly always as much as before, and a view costs as much as reading half a frame. */
let audio = decoded;

/** Decodes into `decoded`, and returns how many bytes it came to. */
function decodeBase64(text: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length % 4 !== 0) return NOWHERE;
  if (length > decoded.length) {
    decoded = new Uint8Array(length);
    audio = decoded;
  }
  const into = decoded;
  const padding = text[to - 1] !== PADDING ? 0 : text[to - 2] !== PADDING ? 1 : 2;
  const wholeEnd = padding === 0 ? to : to - 4;
  let seen = 0;
  let size = 0;
  for (let at = from; at < wholeEnd; at += 4) {
    const a = sextets[text[at] as number] as number;
    const b = sextets[text[at + 1] as number] as number;
    const c = sextets[text[at + 2] as number] as number;
    const d = sextets[text[at + 3] as number] as number;
    seen |= a | b | c | d;
    into[size] = (a << 2) | (b >> 4);
    into[size + 1] = (b << 4) | (c >> 2);
    into[size + 2] = (c << 6) | d;
    size += 3;
  }
  if (padding > 0) {
    const a = sextets[text[wholeEnd] as number] as number;
    const b = sextets[text[wholeEnd + 1] as number] as number;
    const c = padding === 2 ? 0 : (sextets[text[wholeEnd + 2] as number] as number);
    seen |= a | b | c;
    into[size] = (a << 2) | (b >> 4);
    into[size + 1] = (b << 4) | (c >> 2);
    size += 3 - padding;
  }
  return (seen & NO_SEXTET) === 0 ? size : NOWHERE;
}
