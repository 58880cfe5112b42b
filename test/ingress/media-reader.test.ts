import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseMediaMessage } from '../../src/ingress/media-message.ts';
import { createMediaReader, type MediaReader } from '../../src/ingress/media-reader.ts';

const HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;

interface Frame {
  readonly first: number;
  readonly payload: Buffer;
  readonly mask: Buffer | null;
  /** 16 or 64: a length in more bytes than it needs. */
  readonly wide?: 16 | 64;
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function bytesOf({ first, payload, mask, wide }: Frame): Buffer {
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

const text = (payload: string): Buffer =>
  bytesOf({ first: 0x80 | TEXT, payload: Buffer.from(payload), mask: randomBytes(4) });
const media = (chunk: number, audio: string): string =>
  `{"event":"media","sequenceNumber":"${chunk + 1}","media":{"track":"inbound","chunk":"${chunk}","timestamp":"${chunk * 20}","payload":"${Buffer.from(audio).toString('base64')}"},"streamSid":"MZ${'0'.repeat(32)}"}`;

/** What a server was sent, in order, whoever read it. */
interface Seen {
  readonly events: string[];
  readonly socket: WebSocket;
  readonly reader: MediaReader | null;
  readonly closed: Promise<void>;
}

const server: Server = createServer();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 });
let opened: (seen: Seen) => void;

function see(socket: WebSocket, raw: Socket, withReader: boolean): Seen {
  const events: string[] = [];
  const tell = (of: string): void => {
    const message = parseMediaMessage(of);
    if (message?.event !== 'media') events.push(`text ${of}`);
    else events.push(`media ${message.chunk} ${Buffer.from(message.audio).toString('hex')}`);
  };
  const reader = withReader
    ? createMediaReader(raw, ({ chunk, audio }) => {
        events.push(`media ${chunk} ${Buffer.from(audio).toString('hex')}`);
      })
    : null;
  socket.on('message', (data, isBinary) => {
    if (isBinary) events.push(`binary ${(data as Buffer).toString('hex')}`);
    else tell(String(data));
  });
  socket.on('ping', (data) => events.push(`ping ${data.toString('hex')}`));
  socket.on('error', ({ message }) => events.push(`error ${message}`));
  const closed = new Promise<void>((done) => {
    socket.on('close', (code, reason) => {
      events.push(`close ${code} ${reason}`);
      done();
    });
  });
  return { events, socket, reader, closed };
}

beforeAll(async () => {
  server.on('upgrade', (request, raw: Socket, head) => {
    sockets.handleUpgrade(request, raw, head, (socket) =>
      opened(see(socket, raw, request.headers['x-alone'] === undefined)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

async function open({ alone = false } = {}) {
  const seen = new Promise<Seen>((resolve) => {
    opened = resolve;
  });
  const { port } = server.address() as AddressInfo;
  const far = connect({ port, host: '127.0.0.1', noDelay: true });
  far.on('error', () => far.destroy());
  far.write(alone ? HANDSHAKE.replace('\r\n\r\n', '\r\nX-Alone: yes\r\n\r\n') : HANDSHAKE);
  await once(far, 'data');
  const write = (bytes: Buffer) => new Promise<void>((done) => far.write(bytes, () => done()));
  return { ...(await seen), far, write };
}

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What is written has reached the other end, in as many pieces, once this end has heard of it. */
async function settled(far: Socket, events: string[], work: () => void = () => undefined): Promise<void> {
  let before = -1;
  for (let quiet = 0; quiet < 5; ) {
    await round();
    work();
    const now = events.length + far.bytesRead;
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}

async function turnsUntil(isDone: () => boolean, reader: MediaReader | null): Promise<void> {
  for (let rounds = 0; rounds < 1_000 && !isDone(); rounds++) {
    await round();
    reader?.read();
  }
}

async function eventsOf(pieces: readonly Buffer[], options: { alone: boolean; inTurns: boolean }): Promise<string[]> {
  const { far, events, write, socket, reader, closed } = await open({ alone: options.alone });
  if (options.inTurns) reader?.takeTurns();
  const read = (): void => {
    if (options.inTurns) reader?.read();
  };
  for (const piece of pieces) {
    if (far.destroyed) break;
    await write(piece);
    await settled(far, events, read);
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

  it('is read once in a turn, all that has come', async () => {
    const { far, write, events, reader } = await open();
    reader?.takeTurns();
    await write(text(media(1, 'a')));
    await write(text(media(2, 'b')));
    await settled(far, events);
    expect(events).toEqual([]);
    reader?.read();
    expect(events).toEqual(['media 1 61', 'media 2 62']);
    far.destroy();
  });

  it('may have nothing to say in a turn', async () => {
    const { far, write, events, reader } = await open();
    reader?.takeTurns();
    reader?.read();
    reader?.read();
    await write(text(media(1, 'a')));
    await settled(far, events);
    expect(events).toEqual([]); // it still has turns
    reader?.read();
    expect(events).toEqual(['media 1 61']);
    far.destroy();
  });

  it('is judged by `ws` as soon as it breaks the rules', async () => {
    const { far, write, events, reader, closed } = await open();
    reader?.takeTurns();
    await write(Buffer.from([0x80 | CLOSE, 0])); // not masked
    await turnsUntil(() => events.length > 0, reader);
    far.destroy();
    await closed;
    expect(events[0]).toBe('error Invalid WebSocket frame: MASK must be set');
  });

  it('goes to `ws` whole, and once, from where it has it back', () => {
    const socket = new Socket();
    const heard: Buffer[] = [];
    socket.on('data', (data) => heard.push(data));
    createMediaReader(socket, () => undefined);
    const binary = { first: 0x80 | BINARY, payload: randomBytes(40_000), mask: randomBytes(4) };
    const sent = Buffer.concat([bytesOf(binary), bytesOf(binary)]);
    socket.emit('data', sent);
    socket.emit('data', sent);
    expect(Buffer.concat(heard).equals(Buffer.concat([sent, sent]))).toBe(true);
  });

  it('that is encrypted is read as ever', async () => {
    // With a key that both know: nobody needs a certificate.
    const secret = { ciphers: 'PSK', maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' } as const;
    const key = randomBytes(16);
    const encrypted = createTlsServer({ ...secret, pskCallback: () => key });
    encrypted.listen(0, '127.0.0.1');
    await once(encrypted, 'listening');
    const { port } = encrypted.address() as AddressInfo;
    const accepted = once(encrypted, 'secureConnection') as Promise<[TLSSocket]>;
    const psk = () => ({ psk: key, identity: 'test' });
    const far = connectTls({
      ...secret,
      port,
      host: '127.0.0.1',
      pskCallback: psk,
      checkServerIdentity: () => undefined,
    });
    const [near] = await accepted;
    near.on('data', () => undefined);
    const chunks: number[] = [];
    const heard = new Promise<void>((done) => {
      const reader = createMediaReader(near, ({ chunk }) => {
        chunks.push(chunk);
        done();
      });
      reader.takeTurns();
      far.write(text(media(1, 'a')));
      reader.read();
    });
    await heard;
    expect(chunks).toEqual([1]);
    far.destroy();
    near.destroy();
    encrypted.close();
  });

  it('leaves to `ws` what is no media, where it stands', async () => {
    const { far, write, events, reader } = await open();
    reader?.takeTurns();
    await write(Buffer.concat([text(media(1, 'a')), text('{"event":"mark"}'), text(media(2, 'b'))]));
    await settled(far, events);
    reader?.read();
    expect(events).toEqual(['media 1 61', 'text {"event":"mark"}', 'media 2 62']);
    far.destroy();
  });

  it('has no turns where `ws` has it back', async () => {
    const { far, write, events, reader } = await open();
    const masked = { mask: randomBytes(4) };
    await write(bytesOf({ first: TEXT, payload: Buffer.from('in '), ...masked }));
    await write(bytesOf({ first: 0x80, payload: Buffer.from('two'), ...masked }));
    await settled(far, events);
    reader?.takeTurns();
    await write(text(media(1, 'a')));
    await settled(far, events);
    expect(events).toEqual(['text in two', 'media 1 61']);
    far.destroy();
  });

  it.each([
    ['ends', (far: Socket) => void far.end()],
    ['is cut off', (far: Socket) => void far.resetAndDestroy()],
  ])('is heard in its turn when it %s', async (_, leave) => {
    const { far, reader, socket, closed } = await open();
    reader?.takeTurns();
    leave(far);
    await turnsUntil(() => socket.readyState === socket.CLOSED, reader);
    await closed;
    far.destroy();
  });

  it('is not read after it was closed here', async () => {
    const { far, write, events, reader, socket, closed } = await open();
    reader?.takeTurns();
    await write(text(media(1, 'a')));
    socket.terminate();
    reader?.read();
    await closed;
    reader?.read();
    expect(events).toEqual(['close 1006 ']);
    far.destroy();
  });

  it('longer than a message may be is refused by `ws`', async () => {
    const { far, write, events, reader, closed } = await open();
    reader?.takeTurns();
    await write(text('a'.repeat(64 * 1024 + 1)));
    await turnsUntil(() => events.length > 0, reader);
    far.destroy();
    await closed;
    expect(events[0]).toBe('error Max payload size exceeded');
  });

  it('wants a reader that comes after `ws`', () => {
    expect(() =>
      createMediaReader(
        connect(1, '127.0.0.1').on('error', () => undefined),
        () => undefined,
      ),
    ).toThrow('once `ws` has it');
  });
});
