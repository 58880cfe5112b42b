import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createMediaReader } from '../../src/ingress/media-reader.ts';
import { listenForStreams, turnsUntil, untilQuiet } from '../support/media-socket.ts';
import { BINARY, bytesOf, CLOSE, media, TEXT, text } from '../support/websocket-frames.ts';

const open = listenForStreams();

describe('a media stream', () => {
  it('is read once in a turn, all that has come', async () => {
    const { far, write, events, reader } = await open();
    reader?.takeTurns();
    await write(text(media(1, 'a')));
    await write(text(media(2, 'b')));
    await untilQuiet(far, events);
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
    await untilQuiet(far, events);
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
    await untilQuiet(far, events);
    reader?.read();
    expect(events).toEqual(['media 1 61', 'text {"event":"mark"}', 'media 2 62']);
    far.destroy();
  });

  it('has no turns where `ws` has it back', async () => {
    const { far, write, events, reader } = await open();
    const masked = { mask: randomBytes(4) };
    await write(bytesOf({ first: TEXT, payload: Buffer.from('in '), ...masked }));
    await write(bytesOf({ first: 0x80, payload: Buffer.from('two'), ...masked }));
    await untilQuiet(far, events);
    reader?.takeTurns();
    await write(text(media(1, 'a')));
    await untilQuiet(far, events);
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
