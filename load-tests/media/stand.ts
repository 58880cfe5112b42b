import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '../../src/records/embedded-postgres.ts';
import { migrateDatabase } from '../../src/records/migrations.ts';
import { createPhoneCall } from '../../src/simulators/phone-call.ts';
import { CONVERSATION } from '../../src/simulators/spoken-audio.ts';
import { startStandIns } from '../../src/simulators/stand-ins.ts';
import { twilioSignature } from '../../src/simulators/twilio-signature.ts';
import { postWebhook } from '../../src/simulators/webhook.ts';
import { startRedisServer } from '../../test/support/redis-server.ts';
import { MEASURED_CORE, OTHER_CORE, pin, stopProcess } from './processes.ts';
import { createMicroseconds } from './stamped-audio.ts';
import type { TelephoneCall } from './telephones.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PUBLIC_ORIGIN = 'https://bench.ethiq.test';
const DIALLED_AT_ONCE = 25;
const CALLER = '+12125550100';
/** The service collects its garbage when it is told to, and says so. */
const COLLECT_ON_MESSAGE = [
  '--expose-gc',
  '--import',
  "data:text/javascript,process.on('message', () => (gc(), process.send('collected')))",
];

/** Everything around the service: Postgres, Redis, the carrier, the model; its households. */
export type Stand = Awaited<ReturnType<typeof openStand>>;

/** The service itself, in a process of its own on a core of its own. */
export interface RunningService {
  readonly pid: number;
  readonly port: number;
  readonly databaseUrl: string;
  /** Calls that have rung, and may open their streams. */
  dial(calls: Dialled): Promise<TelephoneCall[]>;
  /** Calls of one household, which ring, open their stream and hang up without a word, one after the other. */
  playEmptyCalls(count: number): Promise<void>;
  scrape(): Promise<Metrics>;
  /** What it holds, its garbage collected first. */
  held(): Promise<Held>;
  stop(): Promise<void>;
}

/** So many calls, numbered from `from` on; every `scamEvery`th is a scam, whose contact is warned. */
export interface Dialled {
  readonly from: number;
  readonly count: number;
  readonly scamEvery: number;
}

/** The values of `/metrics`, by name and labels. */
export type Metrics = ReadonlyMap<string, number>;

/** Kilobytes: objects, and what they hold beside the heap, which is buffers above all. */
export interface Held {
  readonly heapKb: number;
  readonly buffersKb: number;
}

/** When each call's message came to the carrier, microseconds of the monotonic clock. */
export interface SentAlert {
  readonly call: number;
  readonly atUs: number;
}

export async function openStand() {
  const nowUs = createMicroseconds();
  const folder = await mkdtemp(join(tmpdir(), 'ethiq-bench-'));
  pin(process.pid, OTHER_CORE); // what is started from here on inherits it
  const database = await startEmbeddedPostgres({ directory: folder, isPersistent: false, isDurable: true });
  const redis = await startRedisServer().catch(() => null);
  let serviceUrl = '';
  let databases = 0;
  const standIns = await startStandIns(() => serviceUrl);
  const { accountSid, authToken, adminKey } = standIns.credentials;
  const callOf = new Map<string, number>();
  let alerts: SentAlert[] = [];
  standIns.twilio.onMessage(({ to }) => {
    const call = callOf.get(to);
    if (call !== undefined) alerts.push({ call, atUs: nowUs() });
  });

  /** One for each service: a new one would look after the calls of the last. */
  async function newDatabase(): Promise<string> {
    const url = new URL(database.url);
    const name = `bench_${++databases}`;
    const client = postgres(url.href, { max: 1 });
    await client.unsafe(`create database ${name}`);
    await client.end();
    url.pathname = `/${name}`;
    await migrateDatabase(url.href);
    return url.href;
  }

  async function startService(recogniserUrl: string): Promise<RunningService> {
    const databaseUrl = await newDatabase();
    const child = spawn(process.execPath, [...COLLECT_ON_MESSAGE, 'dist/main.js'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        ...standIns.environment,
        DEEPGRAM_URL: recogniserUrl,
        ...(redis === null ? {} : { REDIS_URL: redis.url, SINGLE_INSTANCE: 'false' }),
        JOURNAL_DIR: join(folder, 'journal'),
        DATABASE_URL: databaseUrl,
        BASE_URL: PUBLIC_ORIGIN,
        HOST: '127.0.0.1',
        PORT: '0',
        API_RATE_LIMIT: '100000000',
        MAX_CALLS: '100000',
        LOG_LEVEL: 'info',
      },
    });
    const pid = child.pid as number;
    pin(pid, MEASURED_CORE);
    const port = await portOf(child);
    serviceUrl = `http://127.0.0.1:${port}`;
    alerts = [];
    return {
      pid,
      port,
      databaseUrl,
      async dial({ from, count, scamEvery }) {
        const calls: TelephoneCall[] = [];
        for (let rung = 0; rung < count; rung += DIALLED_AT_ONCE) {
          const atOnce = Array.from({ length: Math.min(DIALLED_AT_ONCE, count - rung) }, (_, i) => rung + i);
          calls.push(...(await Promise.all(atOnce.map((at) => ring(from + at, (at + 1) % scamEvery === 0)))));
        }
        return calls;
      },
      async playEmptyCalls(count) {
        const { line } = await newHousehold();
        for (let i = 0; i < count; i++) await playEmptyCall(line);
      },
      scrape,
      async held() {
        const collected = new Promise((done) => child.once('message', done));
        child.send('collect');
        await collected;
        const metrics = await scrape();
        const kb = (name: string): number => (metrics.get(name) ?? Number.NaN) / 1_024;
        return { heapKb: kb('nodejs_heap_size_used_bytes'), buffersKb: kb('nodejs_external_memory_bytes') };
      },
      stop: () => stopProcess(child, 'SIGKILL'),
    };
  }

  async function scrape(): Promise<Metrics> {
    const text = await (await fetch(`${serviceUrl}/metrics`)).text();
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      series.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
    );
  }

  let households = 0;
  async function newHousehold() {
    const household = ++households;
    const digits = String(household).padStart(6, '0');
    const [phoneNumber, line, contact] = [`+12120${digits}`, `+13120${digits}`, `+14150${digits}`];
    const user = await post('/users', { name: `Bench ${digits}`, phoneNumber, lineNumber: line, mode: 'listen' });
    return { user, line, contact, callSid: `CA${household.toString(16).padStart(32, '0')}` };
  }

  async function playEmptyCall(line: string): Promise<void> {
    const call = createPhoneCall({
      accountSid,
      authToken,
      publicOrigin: PUBLIC_ORIGIN,
      serviceUrl: () => serviceUrl,
      from: CALLER,
      to: line,
      pace: CONVERSATION,
      speed: 1,
      carrier: standIns.twilio,
    });
    await call.dial();
    await call.connect();
    await call.hangUp();
  }

  async function ring(number: number, isScam: boolean): Promise<TelephoneCall> {
    const { user, line, contact, callSid } = await newHousehold();
    if (isScam) {
      await post(`/users/${user.id}/contacts`, { name: 'Contact', phoneNumber: contact, optIn: 'recorded' });
      callOf.set(contact, number);
    }
    const fields = { CallSid: callSid, AccountSid: accountSid, From: CALLER, To: line, CallStatus: 'ringing' };
    const publicUrl = `${PUBLIC_ORIGIN}/voice/incoming`;
    const answer = await postWebhook({ authToken, serviceUrl: () => serviceUrl, publicUrl, fields });
    const twiml = await answer.text();
    const stream = new URL(/<Stream url="([^"]+)"/.exec(twiml)?.[1] ?? `no stream in ${twiml}`);
    const headers = {
      host: stream.host,
      'x-forwarded-proto': 'https',
      'x-twilio-signature': twilioSignature(authToken, stream.href),
    };
    const token = /<Parameter name="token" value="([^"]+)"/.exec(twiml)?.[1] ?? '';
    return { number, path: stream.pathname, headers, callSid, token, isScam };
  }

  async function post(path: string, body: object): Promise<{ id: string }> {
    const headers = { 'x-api-key': adminKey, 'content-type': 'application/json' };
    const response = await fetch(`${serviceUrl}/api/v1${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { id: string };
  }

  return {
    startService,
    /** Null: there is no redis-server here. */
    redisUrl: redis?.url ?? null,
    /** What was sent since the service was started. */
    alerts: (): readonly SentAlert[] => alerts,
    async close() {
      await standIns.stop();
      redis?.stop();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((found, failed) => {
    child.stdout?.on('data', (text) => {
      const port = /"port":(\d+)/.exec(String(text))?.[1];
      if (port !== undefined) found(Number(port));
    });
    child.once('exit', (code) => failed(new Error(`the service ended with ${code}`)));
  });
}
