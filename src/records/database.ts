import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

export type Database = PostgresJsDatabase;

export interface DatabaseConnection {
  readonly db: Database;
  /** Rejects when Postgres does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_S = 5;
const CLOSE_TIMEOUT_S = 5;
/** The driver's own pauses grow to 20 s: too long for an alert that waits. */
const LONGEST_RECONNECT_S = 0.5;

/** A pool of connections, opened as they are needed. No prepared statements: they break behind PgBouncer. */
export function openDatabase(url: string): DatabaseConnection {
  const client = postgres(url, {
    max: POOL_SIZE,
    connect_timeout: CONNECT_TIMEOUT_S,
    prepare: false,
    backoff: (failures: number) => Math.min(LONGEST_RECONNECT_S, 0.05 * 2 ** failures),
    onnotice: () => undefined,
  });
  return {
    db: drizzle(client),
    async ping() {
      await client`select 1`;
    },
    close: () => client.end({ timeout: CLOSE_TIMEOUT_S }),
  };
}

/** What may be logged of a database error: never its message, which holds the parameters. */
export function databaseErrorCode(error: unknown): string {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}

export const UNIQUE_VIOLATION = '23505';
