import { readdirSync, readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import { cpuUs } from '../media/processes.ts';

/** What Redis and Postgres have done so far. */
export interface Counters {
  /** What instances asked of Redis: `EVAL` is a copy of a call's memory, `PUBLISH` events. */
  readonly redisEvals: number;
  readonly redisPublishes: number;
  readonly redisOthers: number;
  readonly redisBytesIn: number;
  readonly redisBytesOut: number;
  readonly redisCpuS: number;
  readonly transactions: number;
  readonly rowsInserted: number;
  readonly rowsUpdated: number;
  readonly walBytes: number;
  /** The database on disk, indexes among it. */
  readonly sizeBytes: number;
  readonly postgresCpuS: number;
}

/** Both by their own counters: nothing is watched, so nothing is slowed down. */
export interface CounterReader {
  read(): Promise<Counters>;
  close(): Promise<void>;
}

export async function openCounters(redisUrl: string, databaseUrl: string): Promise<CounterReader> {
  const redis = new Redis(redisUrl);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  const [own] = await sql<[{ pid: number }]>`select pg_backend_pid() as pid`;
  const postmaster = parentOf(own.pid);

  return {
    async read() {
      const [database] = await sql<[Omit<Counters, keyof RedisCounters | 'postgresCpuS'>]>`
        select xact_commit::float8 as transactions, tup_inserted::float8 as "rowsInserted",
          tup_updated::float8 as "rowsUpdated", (select wal_bytes::float8 from pg_stat_wal) as "walBytes",
          pg_database_size(datname)::float8 as "sizeBytes"
        from pg_stat_database where datname = current_database()`;
      const info = await redis.info('commandstats', 'stats', 'cpu');
      return { ...redisCounters(info), ...database, postgresCpuS: cpuS(postmaster) };
    },
    async close() {
      redis.disconnect();
      await sql.end();
    },
  };
}

type RedisCounters = ReturnType<typeof redisCounters>;

/** This observer's own commands, and those that scripts run. */
const NOT_ASKED = new Set(['info', 'hello', 'client', 'hget', 'hset', 'hdel', 'pexpire']);

/** Of the answer to `INFO` (https://redis.io/docs/latest/commands/info/). */
export function redisCounters(info: string) {
  const field = (name: string): number => Number(new RegExp(`^${name}:(.+)$`, 'm').exec(info)?.[1] ?? 0);
  const calls = new Map(
    [...info.matchAll(/^cmdstat_([^:|]+)[^:]*:calls=(\d+)/gm)].map(([, name, count]) => [`${name}`, Number(count)]),
  );
  const countOf = (name: string): number => calls.get(name) ?? 0;
  const asked = [...calls].reduce((sum, [name, count]) => sum + (NOT_ASKED.has(name) ? 0 : count), 0);
  // A script is sent whole once, and named by its hash from then on.
  const [redisEvals, redisPublishes] = [countOf('eval') + countOf('evalsha'), countOf('publish')];
  return {
    redisEvals,
    redisPublishes,
    redisOthers: asked - redisEvals - redisPublishes,
    redisBytesIn: field('total_net_input_bytes'),
    redisBytesOut: field('total_net_output_bytes'),
    redisCpuS: field('used_cpu_user') + field('used_cpu_sys'),
  };
}

/** Each counter of all of these. */
export function combine(of: (...values: number[]) => number, ...counters: Counters[]): Counters {
  const names = Object.keys(counters[0] ?? {}) as Array<keyof Counters>;
  return Object.fromEntries(
    names.map((name) => [name, of(...counters.map((each) => each[name]))]),
  ) as unknown as Counters;
}

/** Of the server and all its processes, those that have ended among them (proc(5): `cutime` and `cstime`, in ticks). */
function cpuS(postmaster: number): number {
  const [ended = 0, endedSystem = 0] = statOf(postmaster).slice(13, 15).map(Number);
  const pids = readdirSync('/proc').map(Number);
  const living = pids.filter((pid) => pid > 0 && (pid === postmaster || parentOf(pid) === postmaster));
  return living.reduce((sum, pid) => sum + cpuUs(pid) / 1e6, (ended + endedSystem) / 100);
}

const parentOf = (pid: number): number => Number(statOf(pid)[1]);

/** What follows the name of a process; nothing when it has ended. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
