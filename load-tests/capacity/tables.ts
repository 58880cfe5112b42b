import { LIMITS } from '../../src/limits.ts';
import { coresUntil, type LoadedCore, redisCpu } from './arithmetic.ts';
import type { Counters } from './counters.ts';
import type { SharedParts } from './shared-parts.ts';

const SIZES = [1, 10, 100, 10_000];
const LEASES_PER_S = 1_000 / LIMITS.orphans.everyMs;
const MEGA = 1e6;

/** What there is of each part that all instances share. */
const THERE_IS = {
  /** Pay as you go, a project, North America: https://developers.deepgram.com/reference/api-rate-limits (2026; 50 in 2025). */
  recogniserStreams: 150,
  /** `max_connections` less `superuser_reserved_connections`: https://www.postgresql.org/docs/current/runtime-config-connection.html */
  postgresConnections: 100 - 3,
  postgresCores: 16,
  /** Of the cores of Postgres, and of the one on which Redis runs commands: what is above it is for the worst minute. */
  used: 0.7,
  /** Of each core, for what other instances tell. */
  listening: 0.2,
  /** Of one address, to one other: 32768 to 60999 (https://docs.kernel.org/networking/ip-sysctl.html). */
  sourcePorts: 28_232,
};

/** What is an instance's, and what a call's. */
export function unitsTable(parts: SharedParts): string[] {
  const { calls, idle, loaded, perCall } = parts;
  const row = (what: string, ofIdle: number, ofCall: number, ofEnds: number | null): string =>
    `| ${what} | ${figure(ofIdle)} | ${figure(ofCall)} | ${ofEnds === null ? '' : figure(ofEnds)} |`;
  const counted = (what: string, name: keyof Counters): string =>
    row(what, idle[name], (loaded[name] - idle[name]) / calls, perCall[name]);
  return [
    `| | an instance, each second | a call of ${calls}, each second | a call, to begin and to end |`,
    '| --- | ---: | ---: | ---: |',
    row('processor, ms', parts.idleCpu * 1_000, ((parts.loadedCpu - parts.idleCpu) * 1_000) / calls, null),
    row('memory, MB (no rate)', parts.idleRssKb / 1_024, (parts.loadedRssKb - parts.idleRssKb) / calls / 1_024, null),
    counted("Redis: copies of calls' memories", 'redisEvals'),
    counted('Redis: events told, messages', 'redisPublishes'),
    counted('Redis: bytes in', 'redisBytesIn'),
    counted('Postgres: transactions', 'transactions'),
    counted('Postgres: rows inserted', 'rowsInserted'),
    counted('Postgres: rows updated', 'rowsUpdated'),
    counted('Postgres: bytes of WAL', 'walBytes'),
  ];
}

type Row = readonly [what: string, formula: string, of: (cores: number) => number, unit: string];

const linear = (what: string, each: number, unit = ''): Row => [
  what,
  `C × ${figure(each)}`,
  (cores) => cores * each,
  unit,
];

function rows(core: LoadedCore): Row[] {
  const { calls, shared, eventBytes, redisCpuPerListener, listeningCpu } = core;
  return [
    linear('calls (n = `MAX_CALLS`), streams at the recogniser', calls),
    linear('cores in use, hearing the others aside', core.cpu),
    linear('memory', core.memoryMb / 1_024, ' GB'),
    linear('in from Twilio', core.twilioIn / MEGA, ' Mbit/s'),
    linear('in from the recogniser', core.recogniserIn / MEGA, ' Mbit/s'),
    linear('out to the recogniser', core.recogniserOut / MEGA, ' Mbit/s'),
    linear('out to Twilio and the model', (core.twilioOut + core.modelOut) / MEGA, ' Mbit/s'),
    linear('model: requests a minute', core.modelRequests),
    linear('model: uncached tokens a minute', core.freshTokens),
    linear('model: cached tokens a minute', core.cachedTokens),
    linear("Redis: copies of calls' memories a second", shared.redisEvals),
    linear('Redis: events told, messages a second', shared.redisPublishes),
    ['Redis: the same, heard', `C² × ${figure(shared.redisPublishes)}`, (c) => c * c * shared.redisPublishes, ''],
    linear('Redis: in', shared.redisBytesIn / MEGA, ' MB/s'),
    ['Redis: events out', `C² × ${figure(eventBytes / MEGA)}`, (cores) => (cores * cores * eventBytes) / MEGA, ' MB/s'],
    [
      'Redis: cores',
      `C × ${figure(shared.redisCpuS)} + C × (C − 1) × ${figure(redisCpuPerListener)}`,
      (cores) => redisCpu(cores, core),
      '',
    ],
    [
      'each instance: of its core, to hear the others',
      `(C − 1) × ${figure(100 * listeningCpu)}`,
      (cores) => 100 * (cores - 1) * listeningCpu,
      ' %',
    ],
    linear('Postgres: transactions a second', shared.transactions),
    linear('Postgres: rows inserted a second', shared.rowsInserted),
    linear(`Postgres: rows updated a second, ${figure(calls * LEASES_PER_S)} × C of them leases`, shared.rowsUpdated),
    linear('Postgres: WAL', shared.walBytes / MEGA, ' MB/s'),
    linear('Postgres: growth, full day and night', (shared.sizeBytes * 86_400) / 1e9, ' GB a day'),
    linear('Postgres: cores', shared.postgresCpuS),
    linear('Postgres: connections', core.connections),
  ];
}

/** What is multiplied. */
export function sizesTable(core: LoadedCore): string[] {
  return [
    `| C cores, a full process on each | formula | ${SIZES.map(figure).join(' | ')} |`,
    `| --- | --- |${' ---: |'.repeat(SIZES.length)}`,
    ...rows(core).map(([what, formula, of, unit]) => {
      const cells = SIZES.map((cores) => figure(of(cores)) + unit);
      return `| ${what} | ${formula} | ${cells.join(' | ')} |`;
    }),
  ];
}

interface Exhaustion {
  readonly part: string;
  readonly formula: string;
  /** With so many it is used up. */
  readonly cores: number;
  readonly next: string;
}

/** What gives out, the first one first. */
export function exhaustionTable(core: LoadedCore): string[] {
  const { calls, shared, redisCpuPerListener, listeningCpu, connections } = core;
  const { recogniserStreams, postgresConnections, postgresCores, used, listening, sourcePorts } = THERE_IS;
  const redis: Exhaustion = {
    part: 'Redis on one node',
    formula: `C × ${figure(shared.redisCpuS)} + C × (C − 1) × ${figure(redisCpuPerListener)} = ${used} of its core`,
    cores: coresUntil(used, shared.redisCpuS, redisCpuPerListener),
    next: '`REDIS_CLUSTER=true`: each copy has its node, events have sixteen channels, so sixteen nodes at most',
  };
  const hearing: Exhaustion = {
    part: 'Hearing the others',
    formula: `(C − 1) × ${figure(listeningCpu)} = ${listening} of every core`,
    cores: 1 + listening / listeningCpu,
    next: 'cells; or to listen only while a live view is open, which is not built',
  };
  const postgres: Exhaustion = {
    part: `Postgres on ${postgresCores} cores`,
    formula: `C × ${figure(shared.postgresCpuS)} = ${figure(used * postgresCores)} cores`,
    cores: (used * postgresCores) / shared.postgresCpuS,
    next: 'cells; or leases in Redis alone, which is not built',
  };
  const others: Exhaustion[] = [
    {
      part: 'The recogniser, pay as you go',
      formula: `C × ${calls} = ${recogniserStreams} streams a project`,
      cores: recogniserStreams / calls,
      next: 'an agreement with Deepgram, or servers of one’s own (`DEEPGRAM_URL`); what is refused Twilio hears',
    },
    {
      part: 'Connections to Postgres',
      formula: `C × ${connections} = ${postgresConnections}`,
      cores: postgresConnections / connections,
      next: 'PgBouncer, by transactions: no statement is prepared',
    },
    {
      part: 'Source ports behind one address',
      formula: `C × ${calls} = ${figure(sourcePorts)}, to one address of the recogniser`,
      cores: sourcePorts / calls,
      next: 'more addresses to go out from',
    },
  ];
  const cell = Math.floor(Math.min(redis.cores, hearing.cores, postgres.cores));
  return [
    '| what gives out | when | C | and then |',
    '| --- | --- | ---: | --- |',
    ...[redis, hearing, postgres, ...others]
      .sort((a, b) => a.cores - b.cores)
      .map(({ part, formula, cores, next }) => `| ${part} | ${formula} | ${figure(cores)} | ${next} |`),
    '',
    `A cell is a deployment with a Redis and a Postgres of its own: ${cell} cores by this, PgBouncer in between; 10,000 cores are ${figure(Math.ceil(10_000 / cell))}.`,
    `The model takes ${figure(100 * core.modelBudget)} % of what a process may spend on it in a minute; above 100 the local detector scores alone for the rest.`,
  ];
}

/** Three digits of it, or all of the whole ones. */
const figure = (value: number): string =>
  value.toLocaleString('en-US', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
