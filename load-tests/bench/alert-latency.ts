import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../../src/evaluation/statistics.ts';
import { startEmbeddedPostgres } from '../../src/records/embedded-postgres.ts';
import { migrateDatabase } from '../../src/records/migrations.ts';
import { createPhoneCall } from '../../src/simulators/phone-call.ts';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { CONVERSATION } from '../../src/simulators/spoken-audio.ts';
import { type StandIns, startStandIns } from '../../src/simulators/stand-ins.ts';
import { stopProcess } from '../media/processes.ts';
import { ratio } from './history.ts';

/**
 * What the service adds between a deciding segment and the SMS request, while so many calls are live: `npm run bench --
 * --only alerts`. The service runs in a process of its own; this one holds the telephones and the stand-ins. All calls are
 * scams in real time, spread over a few seconds, so that alerts fall while all other calls still stream.
 */
const MANY = 50;
/** How many calls are live in each round; rounds of one size are counted together. */
const ROUNDS = [1, MANY, MANY, MANY];
const SPREAD_MS = 5_000;
const LIMIT_MS = 50;
const PUBLIC_ORIGIN = 'https://bench.ethiq.test';
const ROOT = resolve(import.meta.dirname, '../..');

interface Latency {
  readonly live: number;
  readonly sms: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly mostMs: number | null;
  readonly withinLimit: number;
}

export type AlertLatencyFigures = Awaited<ReturnType<typeof measureAlertLatency>>;

export async function measureAlertLatency(say: (line: string) => void) {
  for (const line of [
    `Method: rounds of ${ROUNDS.join(', ')} scripted scam calls, live together, in real time, begun over ${SPREAD_MS / 1_000} s.`,
    'The service runs in a process of its own; telephones, stand-ins and Postgres beside it, over loopback sockets.',
    'Time: from the arrival of the final segment that decided, as the service tells it, to the arrival of the SMS',
    'request at the carrier’s stand-in, in whole milliseconds.',
  ]) {
    say(line);
  }
  const service = await startService();
  try {
    const times = new Map<number, number[]>();
    for (const [round, live] of ROUNDS.entries()) {
      times.set(live, [...(times.get(live) ?? []), ...(await playRound(service, live, round))]);
    }
    const rounds = [...times].map(([live, ms]) => latency(live, ms));
    const medianOf = (size: number): number | null => rounds.find(({ live }) => live === size)?.p50Ms ?? null;
    return {
      rounds,
      /** The service's own histogram of the same: its series, by name and labels. */
      dispatchSeconds: await scrapeDispatch(service.url),
      comparable: { [`Ratio of the medians, ${MANY} calls to one`]: ratio(medianOf(MANY), atLeastOneMs(medianOf(1))) },
    };
  } finally {
    await service.stop();
  }
}

export function reportAlertLatency({ rounds, dispatchSeconds }: AlertLatencyFigures): string[] {
  return [
    ...rounds.map(({ live, sms, p50Ms, p99Ms, mostMs, withinLimit }) => {
      const quantiles = `p50 ${p50Ms ?? '–'} ms, p99 ${p99Ms ?? '–'} ms, most ${mostMs ?? '–'} ms`;
      return `${live} live: ${sms} SMS, ${quantiles}; ${withinLimit} of ${sms} under ${LIMIT_MS} ms`;
    }),
    'The service’s own histogram of the same:',
    ...Object.entries(dispatchSeconds).map(([series, value]) => `  ${series} ${value}`),
  ];
}

interface Service {
  readonly url: string;
  readonly standIns: StandIns;
  /** When the newest final segment of each call arrived: the one that decides is the newest when the SMS goes out. */
  readonly decidedAt: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

async function startService(): Promise<Service> {
  let url = '';
  const folder = await mkdtemp(join(tmpdir(), 'ethiq-bench-'));
  const database = await startEmbeddedPostgres({ directory: folder, isPersistent: false, isDurable: true });
  await migrateDatabase(database.url);
  const standIns = await startStandIns(() => url);
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      ...standIns.environment,
      JOURNAL_DIR: join(folder, 'journal'),
      DATABASE_URL: database.url,
      BASE_URL: PUBLIC_ORIGIN,
      HOST: '127.0.0.1',
      PORT: '0',
      API_RATE_LIMIT: '1000000',
      LOG_LEVEL: 'info',
    },
  });
  url = `http://127.0.0.1:${await portOf(child)}`;
  return {
    url,
    standIns,
    decidedAt: followDecisions(url, standIns.credentials.adminKey),
    async stop() {
      await stopProcess(child, 'SIGTERM');
      await standIns.stop();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Milliseconds of each SMS. */
async function playRound({ url, standIns, decidedAt }: Service, count: number, round: number): Promise<number[]> {
  const { credentials, twilio } = standIns;
  const measured: number[] = [];
  const households = await Promise.all(
    Array.from({ length: count }, (_, index) => provision(url, credentials.adminKey, round * 1_000 + index)),
  );
  const callOf = new Map<string, string>();
  twilio.onMessage(({ to }) => {
    const callSid = callOf.get(to);
    const at = callSid === undefined ? undefined : decidedAt.get(callSid);
    if (at !== undefined) measured.push(Date.now() - at);
  });
  await Promise.all(
    households.map(async ({ line, contact }, index) => {
      await sleep((index / count) * SPREAD_MS);
      const call = createPhoneCall({
        accountSid: credentials.accountSid,
        authToken: credentials.authToken,
        publicOrigin: PUBLIC_ORIGIN,
        serviceUrl: () => url,
        from: '+12125550100',
        to: line,
        pace: CONVERSATION,
        speed: 1,
        carrier: twilio,
      });
      callOf.set(contact, call.callSid);
      await call.dial();
      await call.connect();
      await call.say(BANK_IMPERSONATION.lines);
      await call.hangUp();
    }),
  );
  return measured;
}

async function provision(url: string, adminKey: string, number: number): Promise<{ line: string; contact: string }> {
  const post = async (path: string, body: object): Promise<{ id: string }> => {
    const headers = { 'x-api-key': adminKey, 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { id: string };
  };
  const digits = String(number).padStart(6, '0');
  const [phoneNumber, line, contact] = [`+12120${digits}`, `+13120${digits}`, `+14150${digits}`];
  const user = await post('/users', { name: `Bench ${number}`, phoneNumber, lineNumber: line, mode: 'listen' });
  await post(`/users/${user.id}/contacts`, { name: 'Contact', phoneNumber: contact, optIn: 'recorded' });
  return { line, contact };
}

function followDecisions(url: string, adminKey: string): Map<string, number> {
  const newest = new Map<string, number>();
  void (async () => {
    const response = await fetch(`${url}/api/v1/events`, { headers: { 'x-api-key': adminKey } });
    let rest = '';
    for await (const part of response.body ?? []) {
      const events = (rest + Buffer.from(part).toString()).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const data = /^event: transcript\.final\ndata: (.+)$/.exec(event)?.[1];
        if (data === undefined) continue;
        const { callSid, at } = JSON.parse(data) as { callSid: string; at: number };
        newest.set(callSid, at);
      }
    }
  })().catch(() => undefined); // the service is being stopped
  return newest;
}

function portOf(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    child.stdout?.on('data', (text) => {
      const port = /"port":(\d+)/.exec(String(text))?.[1];
      if (port !== undefined) found(port);
    });
    child.once('exit', (code) => failed(new Error(`the service ended with ${code}`)));
  });
}

async function scrapeDispatch(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const series = text.matchAll(/^(ethiq_alert_dispatch_seconds\S*) (\S+)$/gm);
  return Object.fromEntries([...series].map(([, name, value]) => [name, Number(value)]));
}

function latency(live: number, ms: readonly number[]): Latency {
  return {
    live,
    sms: ms.length,
    p50Ms: quantile(ms, 0.5),
    p99Ms: quantile(ms, 0.99),
    mostMs: quantile(ms, 1),
    withinLimit: ms.filter((each) => each < LIMIT_MS).length,
  };
}

/** Whole milliseconds do not tell less. */
const atLeastOneMs = (ms: number | null): number | null => (ms === null ? null : Math.max(1, ms));
