import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between the service and a server, and can slow it down, cut it off and bring it back. */
export interface FaultyLink {
  /** The server's address, through the link. */
  readonly url: string;
  /** Whatever is sent either way arrives this much later, in order. */
  delayMs: number;
  /** Nothing that the server says arrives. */
  isMute: boolean;
  /** Resets every connection and refuses new ones. */
  cut(): void;
  restore(): void;
  /** Whatever is open now goes silent without being closed, as when a machine vanishes. New connections work. */
  freeze(): void;
  /** The same, and not even an end is answered: a connection that was ended never closes. */
  vanish(): void;
  /** Closes every connection in good order; new ones work. */
  close(): void;
  stop(): void;
}

export async function openFaultyLink(serverUrl: string): Promise<FaultyLink> {
  const target = new URL(serverUrl);
  const open = new Set<Socket>();
  let isCut = false;
  const url = new URL(serverUrl);
  const server = createServer({ allowHalfOpen: true }, (inner) => {
    if (isCut) {
      inner.resetAndDestroy();
      return;
    }
    const outer = connect({ port: Number(target.port), host: target.hostname, allowHalfOpen: true });
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.add(from);
      let dueAtMs = 0;
      from.on('data', (data) => {
        if (link.isMute && from === outer) return;
        // Never before what was sent earlier, under a longer delay.
        dueAtMs = Math.max(dueAtMs, performance.now() + link.delayMs);
        setTimeout(() => to.writable && to.write(data), Math.ceil(dueAtMs - performance.now()));
      });
      from.on('end', () => from.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const link: FaultyLink = {
    url: url.href,
    delayMs: 0,
    isMute: false,
    cut() {
      isCut = true;
      for (const socket of open) socket.resetAndDestroy();
    },
    restore() {
      isCut = false;
    },
    freeze() {
      for (const socket of open) socket.removeAllListeners('data').resume();
    },
    vanish() {
      for (const socket of open) socket.removeAllListeners('end');
      link.freeze();
    },
    close() {
      for (const socket of open) socket.destroy();
    },
    stop() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
  return link;
}
