import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from './app.ts';
import { systemClock } from './call/clock.ts';
import type { CallEvent } from './call/event.ts';
import { readConfig } from './config.ts';
import { startEmbeddedPostgres } from './records/embedded-postgres.ts';
import { migrateDatabase } from './records/migrations.ts';
import { createPhoneCall } from './simulators/phone-call.ts';
import {
  BANK_IMPERSONATION,
  GENUINE_FRAUD_DESK,
  GRANDCHILD_IN_TROUBLE,
  type Scenario,
} from './simulators/scenarios.ts';
import { CONVERSATION } from './simulators/spoken-audio.ts';
import { type StandIns, startStandIns } from './simulators/stand-ins.ts';

/** The whole service at work on three scripted calls, without keys and without a network: `npm run demo [-- --fast]`. */
const speed = process.argv.includes('--fast') ? 10 : 1;
const PUBLIC_ORIGIN = 'https://demo.ethiq.test';
/** How long the last delivery reports may take. */
const SETTLE_MS = 400;
const print = (line = ''): void => void process.stdout.write(`${line}\n`);

const folder = await mkdtemp(join(tmpdir(), 'ethiq-demo-'));
let servicePort = 0;
const serviceUrl = (): string => `http://127.0.0.1:${servicePort}`;

print('Ethiq demo: three scripted telephone calls, in real time where --fast is not given.');
print('Real here: the service itself, its database, every socket and every protocol.');
print('Stand-ins: Twilio (the calls and the SMS), Deepgram (it reads words that are written into the audio) and');
print('OpenAI (it finds facts by keywords). No call is placed, no SMS leaves this machine, nothing is paid.');

const database = await startEmbeddedPostgres({ directory: folder, isPersistent: false, isDurable: false });
await migrateDatabase(database.url);
const standIns = await startStandIns(serviceUrl);
const config = readConfig({
  ...standIns.environment,
  NODE_ENV: 'development',
  BASE_URL: PUBLIC_ORIGIN,
  HOST: '127.0.0.1',
  PORT: '0',
  LOG_LEVEL: 'silent',
  JOURNAL_DIR: join(folder, 'journal'),
  DEEPGRAM_CATCH_UP: String(Math.max(1.25, 1.25 * speed)),
});
const app = await createApp({ config, databaseUrl: database.url, version: 'demo', worker: null, clock: systemClock });
servicePort = (await app.listen()).port;

const dispatchMs: number[] = [];
const scenarios = [BANK_IMPERSONATION, GRANDCHILD_IN_TROUBLE, GENUINE_FRAUD_DESK];
const asExpected: boolean[] = [];
for (const [index, scenario] of scenarios.entries()) {
  print();
  print(
    `── Call ${index + 1} of ${scenarios.length}: ${scenario.title} ${'─'.repeat(Math.max(0, 60 - scenario.title.length))}`,
  );
  asExpected.push(await play(app, standIns, scenario, index + 1));
}
print();
print(`From a deciding segment to the SMS request the service took ${describe(dispatchMs)}.`);
print('A running service shows the same at GET /metrics as ethiq_alert_dispatch_seconds.');
print('With real keys: set TWILIO_*, DEEPGRAM_API_KEY and OPENAI_API_KEY as README.md explains, and `npm run dev`.');

await app.drain();
await app.close();
await standIns.stop();
await database.stop();
await rm(folder, { recursive: true, force: true });
process.exitCode = asExpected.every(Boolean) ? 0 : 1;

/** True when the call went as it should: a scam sends an SMS, the genuine desk none. */
async function play(
  { feed }: App,
  { twilio, credentials }: StandIns,
  scenario: Scenario,
  number: number,
): Promise<boolean> {
  const household = await provision(credentials.adminKey, number);
  const call = createPhoneCall({
    accountSid: credentials.accountSid,
    authToken: credentials.authToken,
    publicOrigin: PUBLIC_ORIGIN,
    serviceUrl,
    from: '+12125550100',
    to: household.lineNumber,
    pace: CONVERSATION,
    speed,
    carrier: twilio,
  });
  const startedAtMs = performance.now();
  let lastHeardAtMs = startedAtMs;
  let messages = 0;
  const line = (what: string, text: string): void => {
    const seconds = Math.floor(((performance.now() - startedAtMs) * speed) / 1_000);
    print(
      `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}  ${what.padEnd(6)} ${text}`,
    );
  };
  const unsubscribe = feed.subscribe((event) => {
    if (event.callSid !== call.callSid) return;
    if (event.type === 'transcript.final') lastHeardAtMs = performance.now();
    for (const [what, text] of tell(event)) line(what, text);
  });
  twilio.onMessage(({ to, body }) => {
    if (to !== household.contactNumber) return;
    messages += 1;
    dispatchMs.push(performance.now() - lastHeardAtMs);
    line(
      'SMS',
      `to Ann, ${(performance.now() - lastHeardAtMs).toFixed(0)} ms after the deciding words were recognised:`,
    );
    print(`              “${body}”`);
  });
  await call.dial();
  await call.connect();
  await call.say(scenario.lines);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  await call.hangUp();
  line('end', messages === 0 ? 'No message was sent.' : `${messages} message(s) while the caller was still talking.`);
  unsubscribe();
  return scenario.isScam === messages > 0;
}

function tell(event: CallEvent): Array<[string, string]> {
  if (event.type === 'transcript.final') return [['heard', event.utterance.text]];
  if (event.type === 'alert.raised') return [['ALERT', `${event.step}: ${event.scamType.replaceAll('_', ' ')}`]];
  if (event.type === 'alert.delivery' && event.status === 'delivered') return [['SMS', 'delivered']];
  if (event.type !== 'risk.changed') return [];
  const facts = event.facts.map(
    ({ tactic, stance, quote, finder }) =>
      `${tactic}${stance === 'pressed' ? '' : ` (${stance})`} “${quote}” [${finder}]`,
  );
  const bar = '█'.repeat(Math.round(event.score / 10)).padEnd(10, '░');
  return [...facts.map((fact): [string, string] => ['found', fact]), ['risk', `${bar} ${event.score} ${event.risk}`]];
}

async function provision(adminKey: string, number: number) {
  const lineNumber = `+1500555020${number}`;
  const contactNumber = `+1500555030${number}`;
  const user = await post('/users', {
    name: 'Rosa Quill',
    phoneNumber: `+1500555010${number}`,
    lineNumber,
    mode: 'listen',
  });
  await post(`/users/${user.id}/contacts`, { name: 'Ann Quill', phoneNumber: contactNumber, optIn: 'recorded' });
  return { lineNumber, contactNumber };

  async function post(path: string, body: object): Promise<{ id: string }> {
    const response = await fetch(`${serviceUrl()}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': adminKey },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { id: string };
  }
}

function describe(ms: readonly number[]): string {
  const sorted = [...ms].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${middle.toFixed(0)} ms at the median and ${(sorted.at(-1) ?? 0).toFixed(0)} ms at most, over ${sorted.length} messages`;
}
