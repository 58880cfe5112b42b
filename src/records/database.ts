import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';

export type Database = PostgresJsDatabase;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

export interface DatabaseConnection {
  readonly db: Database;
  /** Postgres' time of day, Unix milliseconds. Rejects when it does not answer. */
  now(): Promise<number>;
  close(): Promise<void>;
}

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_S = 5;
const CLOSE_TIMEOUT_S = 5;
/** The driver's own pauses grow to 20 s: too long for an alert that waits. */
const LONGEST_RECONNECT_S = 0.5;

/** Firewalls forget connections that are idle for some minutes. */
const IDLE_TIMEOUT_S = 60;
/** No statement of ours takes so long. */
const ANSWER_MS = 8_000;

/**
 * A pool of connections, opened as they are needed. No prepared statements: they break behind PgBouncer. The kernel
 * holds on to a peer that vanished for a quarter of an hour; when statements wait and nothing at all is answered for
 * `answerMs`, every connection is given up, the statements fail, and whoever needs them asks again over new ones.
 */
export function openDatabase(url: string, answerMs = ANSWER_MS): DatabaseConnection {
  let pool = openPool();

  function openPool() {
    const client = postgres(url, {
      max: POOL_SIZE,
      connect_timeout: CONNECT_TIMEOUT_S,
      idle_timeout: IDLE_TIMEOUT_S,
      prepare: false,
      // The driver's own question about array types, which drizzle reads itself: lost with its connection, it would end
      // the process as an unhandled rejection.
      fetch_types: false,
      backoff: (failures: number) => Math.min(LONGEST_RECONNECT_S, 0.05 * 2 ** failures),
      onnotice: () => undefined,
    });
    const watched = watch(client, answerMs, () => {
      if (client !== pool.client) return;
      pool = openPool();
      void client.end({ timeout: 0 });
    });
    return { client, db: drizzle(watched) };
  }

  return {
    db: new Proxy({} as Database, {
      get(_target, key) {
        const member: unknown = Reflect.get(pool.db, key);
        return typeof member === 'function' ? member.bind(pool.db) : member;
      },
    }),
    async now() {
      const [row] = await pool.client<
        [{ ms: number }]
      >`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
      return row.ms;
    },
    close: () => pool.client.end({ timeout: CLOSE_TIMEOUT_S }),
  };
}

/** The same client; `onSilence` is called when a statement has waited for `answerMs` and no other was answered either. */
function watch(client: Sql, answerMs: number, onSilence: () => void): Sql {
  let lastAnswerAtMs = performance.now();
  const answered = (): void => {
    lastAnswerAtMs = performance.now();
  };

  function watched<Client extends object>(target: Client): Client {
    return new Proxy(target, {
      get(inner, key) {
        const member: unknown = Reflect.get(inner, key);
        if (key === 'unsafe') return (...query: unknown[]) => timed((member as Run)(...query));
        if (key === 'begin' || key === 'savepoint') {
          return (run: (transaction: object) => unknown) => timed((member as Run)(begun(run)));
        }
        return member;
      },
    });
  }

  function begun(run: (transaction: object) => unknown) {
    return async (transaction: object): Promise<unknown> => {
      answered();
      try {
        return await run(watched(transaction));
      } catch (error) {
        // The driver would roll back over the lost connection, which ends the process; by itself it fails what was begun.
        if (isConnectionLost(error)) return new Promise(() => undefined);
        throw error;
      }
    };
  }

  function timed<Query extends PromiseLike<unknown>>(query: Query): Query {
    const timer = setInterval(() => {
      if (performance.now() - lastAnswerAtMs >= answerMs) onSilence();
    }, answerMs);
    const settle = (): void => {
      answered();
      clearInterval(timer);
    };
    query.then(settle, settle);
    return query;
  }

  return watched(client);
}

/** By the driver or the system, neither of which has a message from Postgres. */
function isConnectionLost(error: unknown): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof Error && 'errno' in cause;
}

type Run = (...parameters: unknown[]) => PromiseLike<unknown>;

/** What may be logged of a database error: never its message, which holds the parameters. */
export function databaseErrorCode(error: unknown): string {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}

export const UNIQUE_VIOLATION = '23505';
/** Something that a row belongs to is no more. */
export const FOREIGN_KEY_VIOLATION = '23503';
