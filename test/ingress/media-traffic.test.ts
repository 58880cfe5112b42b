import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listenForStreams, turnsUntil, untilQuiet } from '../support/media-socket.ts';
import { BINARY, bytesOf, CLOSE, type Frame, media, PING, TEXT } from '../support/websocket-frames.ts';

const open = listenForStreams();

async function eventsOf(pieces: readonly Buffer[], options: { alone: boolean; inTurns: boolean }): Promise<string[]> {
  const { far, events, write, socket, reader, closed } = await open({ alone: options.alone });
  if (options.inTurns) reader?.takeTurns();
  const read = (): void => {
    if (options.inTurns) reader?.read();
  };
  for (const piece of pieces) {
    if (far.destroyed) break;
    await write(piece);
    await untilQuiet(far, events, read);
  }
  if (socket.readyState === socket.OPEN)
    far.end(bytesOf({ first: 0x80 | CLOSE, payload: Buffer.alloc(0), mask: randomBytes(4) }));
  else far.end();
  await turnsUntil(() => socket.readyState === socket.CLOSED, options.inTurns ? reader : null);
  far.destroy();
  await closed;
  return events;
}

const mask = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes));
const usual = fc
  .tuple(fc.nat({ max: 999 }), fc.string({ minLength: 100, maxLength: 200, unit: 'binary-ascii' }), mask)
  .map(([chunk, audio, masked]) => bytesOf({ first: 0x81, payload: Buffer.from(media(chunk, audio)), mask: masked }));
const unusual = fc
  .record(
    {
      first: fc.oneof(
        fc.constantFrom(0x81, 0x82, 0x01, 0x80, 0x00, 0x89, 0x8a, 0xc1, 0x83),
        fc.constantFrom(0x80 | TEXT, 0x80 | BINARY, 0x80 | PING),
      ),
      payload: fc.oneof(
        fc.string({ maxLength: 130 }).map((of) => Buffer.from(of)),
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom('{"event":"mark"}', media(7, 'short'), `${media(8, 'a'.repeat(160))} `)
          .map((of) => Buffer.from(of)),
      ),
      mask: fc.oneof({ weight: 9, arbitrary: mask }, { weight: 1, arbitrary: fc.constant(null) }),
      wide: fc.constantFrom<16 | 64>(16, 64),
    },
    { requiredKeys: ['first', 'payload', 'mask'] },
  )
  .map((frame) => bytesOf(frame as Frame));
const traffic = fc.record({
  frames: fc.array(fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: unusual }), {
    minLength: 1,
    maxLength: 12,
  }),
  cuts: fc.array(fc.nat(), { maxLength: 4 }),
});

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((at) => at % bytes.length), bytes.length])].sort((a, b) => a - b);
  return places.slice(1).map((to, i) => bytes.subarray(places[i], to));
}

describe('a media stream', () => {
  it.each([{ inTurns: false }, { inTurns: true }])(
    'says what `ws` alone would hear (in turns: $inTurns)',
    async ({ inTurns }) => {
      await fc.assert(
        fc.asyncProperty(traffic, async ({ frames, cuts }) => {
          const pieces = cut(Buffer.concat(frames), cuts);
          const expected = await eventsOf(pieces, { alone: true, inTurns: false });
          expect(await eventsOf(pieces, { alone: false, inTurns })).toEqual(expected);
        }),
        { numRuns: 150 },
      );
    },
  );
});
