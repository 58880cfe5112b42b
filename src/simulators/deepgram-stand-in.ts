import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { createRecogniser, type Recogniser } from './recogniser.ts';
import { listen, stop } from './stand-in-server.ts';

/**
 * Deepgram's live endpoint `/v1/listen` as its documentation describes it, over a real socket. It hears only the words
 * that are written into the audio (`spoken-audio.ts`).
 */
export interface DeepgramStandIn {
  readonly url: string;
  readonly faults: DeepgramFaults;
  readonly counts: DeepgramCounts;
  readonly openConnections: number;
  /** The language of each connection that was accepted. */
  readonly languages: readonly string[];
  /** Resets every connection, without a close frame. */
  dropAll(): void;
  stop(): Promise<void>;
}

export interface DeepgramCounts {
  /** Connections accepted, and refused. */
  opened: number;
  refused: number;
  idleCloses: number;
  keepAlives: number;
  closeStreams: number;
}

export interface DeepgramFaults {
  /** Refuses handshakes with this HTTP status; null for none. */
  refuseWith: number | null;
  handshakeDelayMs: number;
  /** Takes audio and answers nothing, not even the end of the stream. */
  isMute: boolean;
  /** Answers text that is no JSON. */
  isGarbled: boolean;
  /** A connection that sends neither audio nor KeepAlive for this long is closed (NET-0001); Deepgram waits 10 s. */
  idleMs: number;
}

const INTERNAL_ERROR = 1011;
const NORMAL = 1000;

export async function startDeepgramStandIn(apiKey: string, port = 0): Promise<DeepgramStandIn> {
  const faults: DeepgramFaults = {
    refuseWith: null,
    handshakeDelayMs: 0,
    isMute: false,
    isGarbled: false,
    idleMs: 10_000,
  };
  const languages: string[] = [];
  const counts: DeepgramCounts = { opened: 0, refused: 0, idleCloses: 0, keepAlives: 0, closeStreams: 0 };
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((_request, response) => response.end('{}'));
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    setTimeout(() => upgrade(request, socket, head), faults.handshakeDelayMs);
  });

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
    const status = refusal(request, pathname, searchParams);
    if (status !== null) {
      counts.refused += 1;
      socket.end(
        `HTTP/1.1 ${status} Refused\r\ndg-error: STAND_IN_${status}\r\ndg-request-id: ${randomUUID()}\r\n\r\n`,
      );
      return;
    }
    counts.opened += 1;
    languages.push(searchParams.get('language') ?? '');
    sockets.handleUpgrade(request, socket, head, (connection) => serve(connection, searchParams));
  }

  function refusal(request: IncomingMessage, pathname: string, parameters: URLSearchParams): number | null {
    if (faults.refuseWith !== null) return faults.refuseWith;
    if (pathname !== '/v1/listen') return 404;
    if (request.headers.authorization !== `Token ${apiKey}`) return 401;
    return parameters.get('encoding') === 'mulaw' && parameters.get('sample_rate') === '8000' ? null : 400;
  }

  function serve(connection: WebSocket, parameters: URLSearchParams): void {
    const recogniser = createRecogniser(parameters, (message) => {
      if (faults.isMute || connection.readyState !== connection.OPEN) return;
      connection.send(faults.isGarbled ? '<<<' : JSON.stringify(message));
    });
    let hasHeard = false;
    let idle = setTimeout(closeIdle, faults.idleMs);
    function closeIdle(): void {
      counts.idleCloses += 1;
      connection.close(INTERNAL_ERROR, 'NET-0001');
    }
    function active(): void {
      clearTimeout(idle);
      idle = setTimeout(closeIdle, faults.idleMs);
    }
    connection.on('message', (data, isBinary) => {
      if (isBinary) {
        hasHeard = true;
        active();
        recogniser.hear(data as Buffer);
      } else if (control(connection, recogniser, String(data)) && hasHeard) active();
    });
    connection.on('error', () => connection.terminate());
    connection.on('close', () => clearTimeout(idle));
  }

  /** True when the message keeps the connection alive. */
  function control(connection: WebSocket, recogniser: Recogniser, text: string): boolean {
    const { type } = JSON.parse(text) as { type: string };
    if (type === 'Finalize') recogniser.finalize();
    if (type === 'CloseStream') {
      counts.closeStreams += 1;
      recogniser.close();
      if (!faults.isMute) connection.close(NORMAL);
    }
    if (type === 'KeepAlive') counts.keepAlives += 1;
    return type === 'KeepAlive';
  }

  const address = await listen(server, port);
  return {
    url: `ws://127.0.0.1:${address}`,
    faults,
    counts,
    languages,
    get openConnections() {
      return sockets.clients.size;
    },
    dropAll() {
      for (const connection of sockets.clients) connection.terminate();
    },
    stop() {
      for (const connection of sockets.clients) connection.terminate();
      return stop(server);
    },
  };
}
