import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from './fleet.ts';

/**
 * What stands before the instances: each request and each media socket goes to the next instance that is ready, and to
 * another when nobody listens there. A request that breaks off on the way is answered 502, as balancers do.
 */
export interface Front {
  readonly url: string;
  readonly counts: { requests: number; repeated: number; broken: number };
  /** Resets this share of the media sockets, by which `isChosen` says so. */
  breakMedia(isChosen: () => boolean): void;
  stop(): void;
}

/** What becomes of a webhook. */
export interface WebhookFate {
  readonly delayMs: number;
  /** The same request reaches another instance as well, and nobody waits for that answer. */
  readonly isRepeated: boolean;
}

export interface FrontOptions {
  readonly instances: () => readonly Instance[];
  readonly fateOf: (path: string, fields: URLSearchParams) => WebhookFate;
}

/** Twilio gives a webhook 15 s. */
const ANSWER_TIMEOUT_MS = 15_000;
/** These ask for an answer that the telephone waits for; they come twice, but never late. */
const IS_ASKED = /^\/voice\/(incoming|resume)/;
const IS_WEBHOOK = /^\/(voice|sms)\//;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export async function startFront({ instances, fateOf }: FrontOptions): Promise<Front> {
  const counts = { requests: 0, repeated: 0, broken: 0 };
  const media = new Set<Socket>();
  let turn = 0;
  const server = createServer((incoming, response) => void serve(incoming, response));
  server.on('upgrade', (incoming, socket, head) => upgrade(incoming, socket, head, candidates()));

  /** In turn, those that are ready first. */
  function candidates(): Instance[] {
    turn += 1;
    const all = instances();
    const inTurn = all.map((_, index) => all[(index + turn) % all.length]).filter((each) => each !== undefined);
    return [...inTurn.filter(({ isReady }) => isReady), ...inTurn.filter(({ isReady }) => !isReady)];
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const path = incoming.url ?? '/';
    counts.requests += 1;
    if (IS_WEBHOOK.test(path)) {
      const { delayMs, isRepeated } = fateOf(path, new URLSearchParams(body.toString()));
      if (isRepeated) void repeat(incoming, body, delayMs);
      if (!IS_ASKED.test(path)) await sleep(delayMs);
    }
    const answer = await ask(incoming, body, candidates());
    if (answer.status === 502) counts.broken += 1;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async function repeat(incoming: IncomingMessage, body: Buffer, delayMs: number): Promise<void> {
    counts.repeated += 1;
    await sleep(delayMs / 2);
    await ask(incoming, body, candidates());
  }

  async function ask(incoming: IncomingMessage, body: Buffer, from: readonly Instance[]): Promise<Answer> {
    const [first, ...others] = from;
    if (first === undefined) return { status: 502, headers: {}, body: Buffer.alloc(0) };
    return (await askOne(incoming, body, first.port)) ?? ask(incoming, body, others);
  }

  function upgrade(incoming: IncomingMessage, outer: Duplex, head: Buffer, from: readonly Instance[]): void {
    const [first, ...others] = from;
    if (first === undefined) {
      outer.destroy();
      return;
    }
    const inner = connect(first.port, '127.0.0.1');
    const fail = (): void => upgrade(incoming, outer, head, others);
    inner.once('error', fail);
    inner.once('connect', () => {
      inner.off('error', fail);
      join(inner, outer as Socket);
      const headers = incoming.rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
      inner.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
      inner.write(head);
    });
  }

  function join(inner: Socket, outer: Socket): void {
    media.add(outer);
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        media.delete(outer);
        to.destroy();
      });
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    breakMedia(isChosen) {
      for (const socket of media) if (isChosen()) socket.resetAndDestroy();
    },
    stop() {
      for (const socket of media) socket.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Null when nobody listens there. */
function askOne({ method, url, headers }: IncomingMessage, body: Buffer, port: number): Promise<Answer | null> {
  return new Promise((resolve) => {
    const broken: Answer = { status: 502, headers: {}, body: Buffer.alloc(0) };
    const inner = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, async (response) => {
      const parts: Buffer[] = [];
      try {
        for await (const part of response) parts.push(part as Buffer);
        resolve({ status: response.statusCode ?? 502, headers: response.headers, body: Buffer.concat(parts) });
      } catch {
        resolve(broken);
      }
    });
    inner.setTimeout(ANSWER_TIMEOUT_MS, () => inner.destroy());
    inner.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? null : broken));
    inner.end(body);
  });
}
