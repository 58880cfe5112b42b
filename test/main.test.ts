import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPhoneCall } from '../src/simulators/phone-call.ts';
import { BANK_IMPERSONATION } from '../src/simulators/scenarios.ts';
import { type StandIns, startStandIns } from '../src/simulators/stand-ins.ts';
import { createTestDatabase } from './support/database.ts';
import { eventually } from './support/eventually.ts';
import { newFolder } from './support/folder.ts';
import { FAST, PUBLIC_ORIGIN } from './support/service.ts';

const ROOT = resolve(import.meta.dirname, '..');

interface RunningService {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly url: () => string;
  readonly exitCode: () => number | null;
}

/** The service as a process of its own. */
function run(environment: Record<string, string>): RunningService {
  let output = '';
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += String(text);
    });
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    process: child,
    output: () => output,
    url: () => `http://127.0.0.1:${/"port":(\d+)/.exec(output)?.[1] ?? 0}`,
    exitCode: () => child.exitCode,
  };
}

async function runWithStandIns(more: Record<string, string> = {}) {
  let service: RunningService | null = null;
  const standIns = await startStandIns(() => service?.url() ?? '');
  onTestFinished(() => standIns.stop());
  const started = run({
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
    ...more,
  });
  service = started;
  await eventually(() => /"port":\d/.test(started.output()), 20_000);
  return { service: started, standIns };
}

const https = { 'x-forwarded-proto': 'https' };

async function liveCall(service: RunningService, { credentials, twilio }: StandIns) {
  const post = (path: string, body: object) =>
    fetch(`${service.url()}/api/v1${path}`, {
      method: 'POST',
      headers: { ...https, 'x-api-key': credentials.adminKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).then((response) => response.json() as Promise<{ id: string }>);
  const user = { name: 'Rosa Quill', phoneNumber: '+12125550101', lineNumber: '+12125550102', mode: 'listen' };
  const { id } = await post('/users', user);
  await post(`/users/${id}/contacts`, { name: 'Ann', phoneNumber: '+12125550103', optIn: 'recorded' });
  const call = createPhoneCall({
    accountSid: credentials.accountSid,
    authToken: credentials.authToken,
    publicOrigin: PUBLIC_ORIGIN,
    serviceUrl: service.url,
    from: '+12125550104',
    to: user.lineNumber,
    pace: FAST,
    speed: 10,
    carrier: twilio,
  });
  await call.dial();
  await call.connect();
  return call;
}

describe('SIGTERM', () => {
  it('lets the live call finish and alert, while readiness falls, and exits 0', async () => {
    const { service, standIns } = await runWithStandIns();
    const call = await liveCall(service, standIns);
    expect((await fetch(`${service.url()}/health/ready`)).status).toBe(200);
    service.process.kill('SIGTERM');
    await eventually(async () => (await fetch(`${service.url()}/health/ready`)).status === 503);
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => standIns.twilio.messages.length > 0);
    expect(call.isConnected).toBe(true);
    expect(service.exitCode()).toBeNull();
    await call.hangUp();
    await eventually(() => service.exitCode() !== null);
    expect(service.exitCode()).toBe(0);
  });

  it('twice ends at once', async () => {
    const { service, standIns } = await runWithStandIns();
    await liveCall(service, standIns);
    service.process.kill('SIGTERM');
    await eventually(() => service.output().includes('draining'));
    service.process.kill('SIGTERM');
    await eventually(() => service.exitCode() !== null, 3_000);
    expect(service.exitCode()).toBe(1);
  });

  it('hands over the calls that outlast its patience', async () => {
    const { service, standIns } = await runWithStandIns({ DRAIN_TIMEOUT_S: '0' });
    const call = await liveCall(service, standIns);
    service.process.kill('SIGTERM');
    await eventually(() => service.exitCode() !== null);
    expect(service.exitCode()).toBe(0);
    expect(call.isConnected).toBe(false);
    call.over();
  });
});

describe('the start', () => {
  it('names every missing setting in one message, shows no value, and exits 1', async () => {
    const service = run({ NODE_ENV: 'production', JWT_SECRET: 'tooshort', DEEPGRAM_URL: 'nowhere' });
    await eventually(() => service.exitCode() !== null);
    expect(service.exitCode()).toBe(1);
    for (const name of ['BASE_URL', 'DATABASE_URL', 'REDIS_URL', 'TWILIO_AUTH_TOKEN', 'JWT_SECRET', 'DEEPGRAM_URL']) {
      expect(service.output()).toContain(name);
    }
    expect(service.output()).not.toContain('tooshort');
  });

  it('does not wait for providers that are down: the service is degraded and takes calls', async () => {
    const { service, standIns } = await runWithStandIns({
      TWILIO_API_URL: 'http://127.0.0.1:9',
      DEEPGRAM_URL: 'ws://127.0.0.1:9',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    });
    const health = await fetch(`${service.url()}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      status: 'degraded',
      checks: { server: 'ok', database: 'ok', redis: 'disabled', twilio: 'error', deepgram: 'error', openai: 'error' },
    });
    const call = await liveCall(service, standIns);
    expect(call.isConnected).toBe(true);
    call.over();
  });
});
