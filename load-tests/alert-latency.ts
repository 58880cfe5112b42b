import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../src/records/embedded-postgres.ts';
import { migrateDatabase } from '../src/records/migrations.ts';
import { createPhoneCall } from '../src/simulators/phone-call.ts';
import { BANK_IMPERSONATION } from '../src/simulators/scenarios.ts';
import { CONVERSATION } from '../src/simulators/spoken-audio.ts';
import { startStandIns } from '../src/simulators/stand-ins.ts';

/**
 * What the service adds between a deciding segment and the SMS request, while so many calls are live: `npm run bench`.
 * The service runs in a process of its own; this one holds the telephones and the stand-ins. All calls are scams in real
 * time, spread over a few seconds, so that alerts fall while all other calls still stream.
 */
/** How many calls are live in each round; rounds of one size are counted together. */
const ROUNDS = [1, 50, 50, 50];
const SPREAD_MS = 5_000;
const LIMIT_MS = 50;
const PUBLIC_ORIGIN = 'https://bench.ethiq.test';
const ROOT = resolve(import.meta.dirname, '..');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

let serviceUrl = '';
const folder = await mkdtemp(join(tmpdir(), 'ethiq-bench-'));
const database = await startEmbeddedPostgres({ directory: folder, isPersistent: false, isDurable: true });
await migrateDatabase(database.url);
const standIns = await startStandIns(() => serviceUrl);
const { credentials, twilio } = standIns;
const service = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
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
serviceUrl = `http://127.0.0.1:${await portOf(service)}`;
const decidedAt = followDecisions();

for (const line of [
  `Method: rounds of ${ROUNDS.join(', ')} scripted scam calls, live together, in real time, begun over ${SPREAD_MS / 1_000} s.`,
  'The service runs in a process of its own; telephones, stand-ins and Postgres beside it, over loopback sockets.',
  'Time: from the arrival of the final segment that decided, as the service tells it, to the arrival of the SMS',
  'request at the carrier’s stand-in, in whole milliseconds.',
  `Machine: ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}.`,
]) {
  print(line);
}
const times = new Map<number, number[]>();
for (const [round, live] of ROUNDS.entries()) {
  times.set(live, [...(times.get(live) ?? []), ...(await measure(live, round))]);
}
for (const [live, ms] of times) print(summary(live, ms));
const [alone = [], together = []] = [...times.values()];
print(
  `Ratio of the medians, many calls to one: ${(quantile(together, 0.5) / Math.max(1, quantile(alone, 0.5))).toFixed(1)}`,
);
print('The service’s own histogram of the same:');
for (const line of await dispatchMetric()) print(`  ${line}`);

service.kill('SIGTERM');
await new Promise((done) => service.once('exit', done));
await standIns.stop();
await database.stop();
await rm(folder, { recursive: true, force: true });
process.exit(0);

function quantile(ms: readonly number[], share: number): number {
  const sorted = [...ms].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

function summary(live: number, ms: readonly number[]): string {
  const within = ms.filter((each) => each < LIMIT_MS).length;
  const quantiles = `p50 ${quantile(ms, 0.5)} ms, p99 ${quantile(ms, 0.99)} ms, most ${quantile(ms, 1)} ms`;
  return `${live} live: ${ms.length} SMS, ${quantiles}; ${within} of ${ms.length} under ${LIMIT_MS} ms`;
}

async function measure(count: number, round: number): Promise<number[]> {
  const measured: number[] = [];
  const households = await Promise.all(Array.from({ length: count }, (_, index) => provision(round * 1_000 + index)));
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
        serviceUrl: () => serviceUrl,
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

async function provision(number: number): Promise<{ line: string; contact: string }> {
  const digits = String(number).padStart(6, '0');
  const [phoneNumber, line, contact] = [`+12120${digits}`, `+13120${digits}`, `+14150${digits}`];
  const user = await post('/users', { name: `Bench ${number}`, phoneNumber, lineNumber: line, mode: 'listen' });
  await post(`/users/${user.id}/contacts`, { name: 'Contact', phoneNumber: contact, optIn: 'recorded' });
  return { line, contact };
}

async function post(path: string, body: object): Promise<{ id: string }> {
  const headers = { 'x-api-key': credentials.adminKey, 'content-type': 'application/json' };
  const response = await fetch(`${serviceUrl}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as { id: string };
}

/** When the newest final segment of each call arrived: the one that decides is the newest when the SMS goes out. */
function followDecisions(): Map<string, number> {
  const newest = new Map<string, number>();
  void (async () => {
    const response = await fetch(`${serviceUrl}/api/v1/events`, { headers: { 'x-api-key': credentials.adminKey } });
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

async function dispatchMetric(): Promise<string[]> {
  const text = await (await fetch(`${serviceUrl}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith('ethiq_alert_dispatch_seconds'));
}
