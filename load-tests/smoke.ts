import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { startFaultControl } from '../src/simulators/fault-control.ts';
import { startFleet } from '../test/chaos/fleet.ts';
import { PUBLIC_ORIGIN, startWorld } from '../test/chaos/world.ts';

/**
 * Every k6 script once, small and quick, against two workers of the service and the stand-ins: `npm run load:smoke`. It
 * shows that the scripts work. It measures nothing: a machine that others keep busy may stand still for seconds, so that
 * bounds of time are a hundred times as wide.
 */
const SCRIPTS: ReadonlyArray<readonly [name: string, settings: Readonly<Record<string, string>>]> = [
  ['stream.js', { CALLS: '6' }],
  ['webhook.js', { VUS: '10', STAGE_S: '2' }],
  ['api.js', { VUS: '5', STAGE_S: '2' }],
  ['spike.js', { CALLS: '10', HOLD_S: '3' }],
  ['soak.js', { CALLS: '3', MINUTES: '0.25' }],
  ['provider-outage.js', { CALLS: '6' }],
];
const K6 = process.env['K6'] ?? 'k6';
const print = (line: string): void => void process.stdout.write(`${line}\n`);

let serviceUrl = '';
const world = await startWorld(() => serviceUrl, 1);
const { standIns, folder } = world;
const control = await startFaultControl(standIns);
const fleet = await startFleet({ size: 1, folder, environment: { ...world.environment, WORKERS: '2' } });
serviceUrl = `http://127.0.0.1:${fleet.instances[0]?.port}`;
await fleet.allReady();

const failed: string[] = [];
/** What k6 says of checks and thresholds that did not hold: its summaries bury it. */
const complaints: string[] = [];
for (const [name, settings] of SCRIPTS) {
  print(`\n== ${name}`);
  if (!(await play(name, settings))) failed.push(name);
}
await fleet.stop();
await control.stop();
await world.stop({ isKept: failed.length > 0 });
for (const complaint of complaints) print(complaint);
print(failed.length === 0 ? '\nEvery script held its thresholds.' : `\nFAILED: ${failed.join(', ')}. Logs: ${folder}`);
process.exit(failed.length === 0 ? 0 : 1);

function play(name: string, settings: Readonly<Record<string, string>>): Promise<boolean> {
  const { credentials } = standIns;
  const environment = {
    SERVICE_URL: serviceUrl,
    BASE_URL: PUBLIC_ORIGIN,
    FAULTS_URL: control.url,
    TWILIO_ACCOUNT_SID: credentials.accountSid,
    TWILIO_AUTH_TOKEN: credentials.authToken,
    ADMIN_API_KEY: credentials.adminKey,
    PACE: 'fast',
    SLACK: '100',
    SETTLE_S: '30',
    ...settings,
  };
  const given = Object.entries(environment).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  const options = ['--quiet', '--no-color', '--no-usage-report', '--log-format', 'raw'];
  const k6 = spawn(K6, ['run', ...options, ...given, `${import.meta.dirname}/${name}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const output of [k6.stdout, k6.stderr]) {
    createInterface(output).on('line', (line) => {
      print(line);
      if (/NOT HELD|✗ |was heard/.test(line)) complaints.push(`${name}: ${line.trim()}`);
    });
  }
  return new Promise((resolve, reject) => {
    k6.once('error', (error) =>
      reject(new Error(`${K6} does not start: install k6, or name it in K6`, { cause: error })),
    );
    k6.once('close', (code) => resolve(code === 0));
  });
}
