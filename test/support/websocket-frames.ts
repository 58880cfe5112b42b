import { randomBytes } from 'node:crypto';

export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;

export interface Frame {
  readonly first: number;
  readonly payload: Buffer;
  readonly mask: Buffer | null;
  /** 16 or 64: a length in more bytes than it needs. */
  readonly wide?: 16 | 64;
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export function bytesOf({ first, payload, mask, wide }: Frame): Buffer {
  const { length } = payload;
  const [size, extended] =
    wide === 64 || length > 0xffff
      ? [127, Buffer.from(length.toString(16).padStart(16, '0'), 'hex')]
      : wide === 16 || length > 125
        ? [126, Buffer.from(length.toString(16).padStart(4, '0'), 'hex')]
        : [length, Buffer.alloc(0)];
  const masked = mask === null ? payload : payload.map((byte, at) => byte ^ (mask[at % 4] as number));
  return Buffer.concat([
    Buffer.from([first, size | (mask === null ? 0 : 0x80)]),
    extended,
    mask ?? Buffer.alloc(0),
    masked,
  ]);
}

export const text = (payload: string): Buffer =>
  bytesOf({ first: 0x80 | TEXT, payload: Buffer.from(payload), mask: randomBytes(4) });
export const media = (chunk: number, audio: string): string =>
  `{"event":"media","sequenceNumber":"${chunk + 1}","media":{"track":"inbound","chunk":"${chunk}","timestamp":"${chunk * 20}","payload":"${Buffer.from(audio).toString('base64')}"},"streamSid":"MZ${'0'.repeat(32)}"}`;
