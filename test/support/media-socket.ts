import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseMediaMessage } from '../../src/ingress/media-message.ts';
import { createMediaReader, type MediaReader } from '../../src/ingress/media-reader.ts';
import { settled } from './settled.ts';

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

/** What a server was sent, in order, whoever read it. */
interface Seen {
  readonly events: string[];
  readonly socket: WebSocket;
  readonly reader: MediaReader | null;
  readonly closed: Promise<void>;
}

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

/** A server for all tests of a file, and what opens a stream to it. */
export function listenForStreams() {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 });
  let opened: (seen: Seen) => void;

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

  return async function open({ alone = false } = {}) {
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
  };
}

/** What is written has reached the other end, in as many pieces, once this end has heard of it. */
export async function untilQuiet(far: Socket, events: string[], work: () => void = () => undefined): Promise<void> {
  let before = -1;
  for (let quiet = 0; quiet < 5; ) {
    await settled();
    work();
    const now = events.length + far.bytesRead;
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}

export async function turnsUntil(isDone: () => boolean, reader: MediaReader | null): Promise<void> {
  for (let rounds = 0; rounds < 1_000 && !isDone(); rounds++) {
    await settled();
    reader?.read();
  }
}
