import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands between the service and a server, and lets a test slow it down, cut it off and bring it back. */
export interface TcpProxy {
  /** The server's address, through the proxy. */
  readonly url: string;
  /** Whatever is sent either way arrives this much later. */
  delayMs: number;
  /** Resets every connection and refuses new ones. */
  cut(): void;
  restore(): void;
  /** Whatever is open now goes silent without being closed, as when a machine vanishes. New connections work. */
  freeze(): void;
}

export async function startTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const open = new Set<Socket>();
  let isCut = false;
  const proxy: TcpProxy = {
    url: '',
    delayMs: 0,
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
  };
  const server = createServer((inner) => {
    if (isCut) {
      inner.resetAndDestroy();
      return;
    }
    const outer = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.add(from);
      from.on('data', (data) => setTimeout(() => to.writable && to.write(data), proxy.delayMs));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(proxy, { url: url.href });
}
