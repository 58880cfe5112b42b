import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql, type TransactionSql } from 'postgres';

export type Database = PostgresJsDatabase;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

export interface DatabaseConnection {
  readonly db: Database;
  /** Postgres' time of day, Unix milliseconds. Rejects when it does not answer. */
  now(): Promise<number>;
  close(): Promise<void>;
}

/** Connections of one process: those that alerts are recorded over, and all others. */
export const POOL_SIZES = { records: 7, alerts: 3 } as const;
const CONNECT_TIMEOUT_S = 5;
const CLOSE_TIMEOUT_S = 5;
/** The driver's own pauses grow to 20 s: too long for an alert that waits. */
const LONGEST_RECONNECT_S = 0.5;

/** Firewalls forget connections that are idle for some minutes. */
const IDLE_TIMEOUT_S = 60;
export interface DatabaseOptions {
  readonly connections: number;
  /** No statement of ours takes so long, nor waits so long for another's locks. */
  readonly answerMs: number;
  /** How long Postgres keeps a transaction, and its locks, whose next statement does not come. */
  readonly idleInTransactionMs: number;
}

const DEFAULTS: DatabaseOptions = { connections: POOL_SIZES.records, answerMs: 5_000, idleInTransactionMs: 2_000 };

/**
 * A pool of connections, opened as they are needed. No prepared statements: they break behind PgBouncer. The kernel
 * holds on to a peer that vanished for a quarter of an hour; a statement that is not answered for `answerMs` has every
 * connection given up, as nobody can tell which others are dead. What was under way fails, and whoever needs it asks
 * again over new ones. Postgres for its part ends a transaction whose client has vanished, which would keep its locks.
 */
export function openDatabase(url: string, options: Partial<DatabaseOptions> = {}): DatabaseConnection {
  const { connections, ...limits } = { ...DEFAULTS, ...options };
  let pool = openPool();

  function openPool() {
    const client = postgres(url, {
      max: connections,
      connect_timeout: CONNECT_TIMEOUT_S,
      idle_timeout: IDLE_TIMEOUT_S,
      prepare: false,
      // The driver's own question about array types, which drizzle reads itself: lost with its connection, it would end
      // the process as an unhandled rejection.
      fetch_types: false,
      backoff: (failures: number) => Math.min(LONGEST_RECONNECT_S, 0.05 * 2 ** failures),
      onnotice: () => undefined,
    });
    const watched = watch(client, limits, () => {
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

/** The same client; `onSilence` is called when a statement has waited for its answer too long. */
function watch(
  client: Sql,
  { answerMs, idleInTransactionMs }: Omit<DatabaseOptions, 'connections'>,
  onSilence: () => void,
): Sql {
  /** `check` throws when the transaction is over whose statements these are; those of none have none. */
  function watched<Client extends Sql | TransactionSql>(target: Client, check?: () => void): Client {
    return new Proxy(target, {
      get(inner, key) {
        const member: unknown = Reflect.get(inner, key);
        if (key === 'unsafe') {
          return (text: string, parameters: unknown[]) => {
            check?.();
            return answered(inOneGo((member as Run)(text, parameters, check === undefined ? ALONE : {})));
          };
        }
        if (key === 'begin') return (run: RunTransaction) => transact(member as Run, run);
        return member;
      },
    });
  }

  /** Until what it returns is called. After a standstill of the process the answer may be there already, unread. */
  function awaitAnswer(): () => void {
    let isAnswered = false;
    const look = (): void => {
      if (!isAnswered) onSilence();
    };
    const timer = setTimeout(() => setImmediate(look), answerMs);
    return () => {
      isAnswered = true;
      clearTimeout(timer);
    };
  }

  function answered<Query extends PromiseLike<unknown>>(query: Query): Query {
    const settle = awaitAnswer();
    query.then(settle, settle);
    return query;
  }

  /**
   * `run` takes its time; its statements, the beginning and the end have theirs. When the connection is lost, nothing more
   * is asked of the driver, not even to roll back: to write to a connection that it has closed would end the process. By
   * itself it fails the transaction only when the connection closes, which a peer that vanished never confirms.
   */
  function transact(begin: Run, run: RunTransaction): Promise<unknown> {
    let settle = awaitAnswer();
    let isOver = false;
    let lose!: (error: unknown) => void;
    const lost = new Promise<never>((_resolve, reject) => {
      lose = reject;
    });
    const check = (): void => {
      if (isOver) throw new Error('the transaction has lost its connection');
    };
    const transaction = begin(async (begun: TransactionSql) => {
      settle();
      // Goes with the first statement. Should it fail, so do those behind it.
      begun.unsafe(`set local idle_in_transaction_session_timeout = ${idleInTransactionMs}`).catch(() => undefined);
      try {
        const result = await run(watched(begun, check));
        if (!isOver) return result;
      } catch (error) {
        if (!isOver && !isConnectionLost(error)) throw error;
        lose(error);
      } finally {
        if (!isOver) settle = awaitAnswer();
      }
      return new Promise(() => undefined);
    });
    const outcome = Promise.race([transaction, lost]);
    const end = (): void => {
      isOver = true;
      settle();
    };
    outcome.then(end, end);
    return outcome;
  }

  return watched(client);
}

/**
 * Has a statement sent whole. By itself the driver asks first what types its parameters have, unless it prepares it
 * (postgres 3.4.9, `describeFirst`): a second round trip for each statement, and no two of a transaction that go together.
 * Of these parameters it need know nothing: drizzle has written them as text.
 */
const inOneGo = <Query extends object>(query: Query): Query =>
  Object.defineProperty(query, 'describeFirst', { get: () => false, set: () => undefined });

/**
 * Of a statement that belongs to no transaction: the driver would otherwise send others behind it on the same connection,
 * where another may come free sooner.
 */
const ALONE = { onexecute: () => false };

/** By the driver or the system, neither of which has a message from Postgres. */
function isConnectionLost(error: unknown): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof Error && 'errno' in cause;
}

type Run = (...parameters: unknown[]) => PromiseLike<unknown>;
type RunTransaction = (transaction: TransactionSql) => Promise<unknown>;

/** What may be logged of a database error: never its message, which holds the parameters. */
export function databaseErrorCode(error: unknown): string {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}

/** What to tell a person about an error of the database; null for one that is not the database's. */
export function databaseProblem(error: unknown): string | null {
  if (!(error instanceof DrizzleQueryError)) return null;
  const code = databaseErrorCode(error);
  if (code === '42P01' || code === '42703')
    return 'The tables are of another version: `npm run db:migrate` brings them up to date.';
  return `The database of DATABASE_URL does not answer: ${code}.`;
}

export const UNIQUE_VIOLATION = '23505';
/** Something that a row belongs to is no more. */
export const FOREIGN_KEY_VIOLATION = '23503';
