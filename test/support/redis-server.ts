import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from './free-port.ts';

export interface RedisServer {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): void;
}

export interface RedisServerOptions {
  readonly port?: number;
  /** Further settings of the command line. */
  readonly settings?: readonly string[];
}

/** A Redis of one's own, by `redis-server` from the PATH; it keeps nothing. */
export async function startRedisServer({ port, settings = [] }: RedisServerOptions = {}): Promise<RedisServer> {
  const ownPort = port ?? (await freePort());
  const common = ['--port', String(ownPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...common, ...settings]);
  const stop = (): void => void server.kill('SIGKILL');
  process.once('exit', stop);
  server.once('exit', () => process.off('exit', stop));
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (text) => String(text).includes('Ready to accept connections') && resolve());
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  return { url: `redis://127.0.0.1:${ownPort}`, process: server, stop };
}
