import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { createPhoneCall, type PhoneCall } from '../../src/simulators/phone-call.ts';
import { type StandIns, startStandIns } from '../../src/simulators/stand-ins.ts';
import { createTestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { newFolder } from './folder.ts';
import { FAST, PUBLIC_ORIGIN } from './service.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const https = { 'x-forwarded-proto': 'https' };

/** The service as a process of its own. */
export interface RunningService {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly url: () => string;
  readonly exitCode: () => number | null;
}

export interface RunOptions {
  /** Of its stdout and stderr; null: `output` has what it says. */
  readonly outputFd?: number | null;
  /** What the shell does before it becomes the service. */
  readonly shell?: string;
}

export function run(environment: Record<string, string>, options: RunOptions = {}): RunningService {
  const { outputFd = null, shell = ':' } = options;
  let output = '';
  const to = outputFd ?? 'pipe';
  const child = spawn('sh', ['-c', `${shell}; exec "$0" "$@"`, process.execPath, '--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', to, to],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      output += String(text);
    });
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    process: child,
    output: () => output,
    url: () => `http://127.0.0.1:${/"port":(\d+)/.exec(output)?.[1] ?? environment['PORT']}`,
    exitCode: () => child.exitCode,
  };
}

/** As in production, with stand-ins of the providers, once it answers. */
export async function runWithStandIns(
  more: Record<string, string> | ((standIns: StandIns) => Promise<Record<string, string>>) = {},
  options: RunOptions = {},
) {
  let service: RunningService | null = null;
  const standIns = await startStandIns(() => service?.url() ?? '');
  onTestFinished(() => standIns.stop());
  const started = run(
    {
      ...standIns.environment,
      NODE_ENV: 'production',
      SINGLE_INSTANCE: 'true',
      DATABASE_URL: await createTestDatabase(),
      JOURNAL_DIR: await newFolder(),
      BASE_URL: PUBLIC_ORIGIN,
      TRUST_PROXY: '127.0.0.1',
      HOST: '127.0.0.1',
      PORT: '0',
      DEEPGRAM_CATCH_UP: '12.5',
      DRAIN_TIMEOUT_S: '20',
      ...(typeof more === 'function' ? await more(standIns) : more),
    },
    options,
  );
  service = started;
  await eventually(async () => started.exitCode() !== null || (await isLive(started)), 40_000);
  return { service: started, standIns };
}

const isLive = (service: RunningService): Promise<boolean> =>
  fetch(`${service.url()}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );

export interface HealthAnswer {
  readonly status: string;
  readonly checks: Readonly<Record<string, string>>;
  readonly reasons: Readonly<Record<string, string>>;
}

export const healthOf = async (service: RunningService): Promise<HealthAnswer> =>
  (await (await fetch(`${service.url()}/health`)).json()) as HealthAnswer;

const USER = { name: 'Rosa Quill', phoneNumber: '+12125550101', lineNumber: '+12125550102', mode: 'listen' };

/** A user with one contact. */
async function household(service: RunningService, { credentials }: StandIns): Promise<void> {
  const post = (path: string, body: object) =>
    fetch(`${service.url()}/api/v1${path}`, {
      method: 'POST',
      headers: { ...https, 'x-api-key': credentials.adminKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).then((response) => response.json() as Promise<{ id: string }>);
  const { id } = await post('/users', USER);
  await post(`/users/${id}/contacts`, { name: 'Ann', phoneNumber: '+12125550103', optIn: 'recorded' });
}

export const newCall = (
  service: RunningService,
  { credentials, twilio }: StandIns,
  to: string = USER.lineNumber,
): PhoneCall =>
  createPhoneCall({
    accountSid: credentials.accountSid,
    authToken: credentials.authToken,
    publicOrigin: PUBLIC_ORIGIN,
    serviceUrl: service.url,
    from: '+12125550104',
    to,
    pace: FAST,
    speed: 10,
    carrier: twilio,
  });

/** A call to a household of its own, whose stream is open. */
export async function liveCall(service: RunningService, standIns: StandIns): Promise<PhoneCall> {
  await household(service, standIns);
  const call = newCall(service, standIns);
  await call.dial();
  await call.connect();
  return call;
}
