import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BANK_IMPERSONATION } from '../src/simulators/scenarios.ts';
import { eventually } from './support/eventually.ts';
import { startTestRedis } from './support/redis.ts';
import { liveCall, type RunningService, run, runWithStandIns } from './support/running-service.ts';

const canBeLimited = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;
const [greeting, ...rest] = BANK_IMPERSONATION.lines;
const FIRST = greeting === undefined ? [] : [greeting];

async function twoWorkers(more: Record<string, string> = {}, shell = ':') {
  const environment = { WORKERS: '2', REDIS_URL: await startTestRedis(), ...more };
  const { service, standIns } = await runWithStandIns(environment, { shell });
  await eventually(async () => (await callsOf(service)).size === 2, 40_000);
  return { service, standIns };
}

const pidOf = (service: RunningService, worker: number): number =>
  Number(new RegExp(`"worker":${worker},"pid":(\\d+)`).exec(service.output())?.[1]);

/** Over a connection of its own, so that any worker may answer; null when none does within three seconds. */
const ask = (service: RunningService, path: string): Promise<string | null> =>
  new Promise((resolve) => {
    const request = get(service.url() + path, { agent: false, timeout: 3_000 }, async (response) => {
      resolve(Buffer.concat(await response.toArray()).toString());
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });

/** How many live calls each worker has, by its number, as one scrape shows it. */
async function callsOf(service: RunningService): Promise<Map<number, number>> {
  const series = ((await ask(service, '/metrics')) ?? '').matchAll(/^active_calls_total\{worker="(\d+)"\} (\d+)$/gm);
  return new Map([...series].map(([, worker, calls]) => [Number(worker), Number(calls)]));
}

/** The worker that has the one live call, and the one that has not. */
async function sidesOf(service: RunningService) {
  const calls = [...(await callsOf(service))].sort(([, a], [, b]) => b - a);
  expect(calls.map(([, count]) => count)).toEqual([1, 0]);
  return { holder: calls[0]?.[0] ?? 0, other: calls[1]?.[0] ?? 0 };
}

/** Whether a worker has been told of the first words. */
const hasHeard = async (service: RunningService, worker: number): Promise<boolean> =>
  new RegExp(`transcription_latency_ms_count\\{worker="${worker}"\\} [1-9]`).test(
    (await ask(service, '/metrics')) ?? '',
  );

const restartsOf = (service: RunningService): number[] =>
  [...service.output().matchAll(/"restartMs":(\d+)/g)].map(([, ms]) => Number(ms));

describe('two workers behind one port', () => {
  it('go on when one dies: its neighbour’s call notices nothing, and it is replaced', async () => {
    const { service, standIns } = await twoWorkers();
    const call = await liveCall(service, standIns);
    await call.say(FIRST);
    const { holder, other } = await sidesOf(service);
    process.kill(pidOf(service, other), 'SIGKILL');
    await call.say(rest);
    await eventually(() => standIns.twilio.messages.length === 1);
    expect({ isConnected: call.isConnected, resumes: call.resumes }).toEqual({ isConnected: true, resumes: 0 });
    await eventually(async () => (await callsOf(service)).get(3) === 0, 40_000);
    expect([...(await callsOf(service)).keys()].sort()).toEqual([holder, 3].sort());
    await call.hangUp();
    expect(service.exitCode()).toBeNull();
  }, 90_000);

  it('hand a call on when its own dies: it goes on with its memory at the other, and alerts once', async () => {
    const { service, standIns } = await twoWorkers();
    const call = await liveCall(service, standIns);
    await call.say(FIRST);
    const { holder, other } = await sidesOf(service);
    await eventually(() => hasHeard(service, holder));
    process.kill(pidOf(service, holder), 'SIGKILL');
    await eventually(() => call.resumes === 1);
    await call.say(rest);
    await eventually(async () => (await callsOf(service)).get(other) === 1);
    await eventually(() => standIns.twilio.messages.length === 1);
    await call.hangUp();
    expect(standIns.twilio.messages).toHaveLength(1);
  }, 90_000);

  it('are restarted later each time, when they end again and again', async () => {
    const { service } = await twoWorkers();
    for (const worker of [2, 3, 4]) {
      await eventually(() => pidOf(service, worker) > 0, 10_000);
      process.kill(pidOf(service, worker), 'SIGKILL');
      await eventually(() => restartsOf(service).length === worker - 1);
    }
    expect(restartsOf(service)).toEqual([250, 500, 1_000]);
    expect((await fetch(`${service.url()}/health/ready`)).status).toBe(200);
  }, 90_000);

  it.skipIf(!canBeLimited)(
    'are tried again when they cannot be forked, until they can',
    async () => {
      const { service } = await twoWorkers();
      const limit = (descriptors: number) =>
        spawnSync('prlimit', ['--pid', String(service.process.pid), `--nofile=${descriptors}:`]);
      limit(10);
      process.kill(pidOf(service, 2), 'SIGKILL');
      await eventually(() => restartsOf(service).length >= 2);
      expect(service.output()).toContain('EMFILE');
      limit(4_096);
      await eventually(async () => (await callsOf(service)).size === 2, 40_000);
      service.process.kill('SIGTERM');
      await eventually(() => service.exitCode() !== null);
      expect(service.exitCode()).toBe(0);
    },
    90_000,
  );

  it('end in order at SIGTERM, though it reaches every process: the live call finishes and alerts', async () => {
    const { service, standIns } = await twoWorkers();
    const call = await liveCall(service, standIns);
    for (const pid of [service.process.pid ?? 0, pidOf(service, 1), pidOf(service, 2)]) process.kill(pid, 'SIGTERM');
    await eventually(async () => (await fetch(`${service.url()}/health/ready`)).status === 503);
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => standIns.twilio.messages.length === 1);
    expect({ isConnected: call.isConnected, resumes: call.resumes }).toEqual({ isConnected: true, resumes: 0 });
    await call.hangUp();
    await eventually(() => service.exitCode() !== null);
    expect(service.exitCode()).toBe(0);
    expect(restartsOf(service)).toEqual([]);
  }, 90_000);

  it('are not waited for when one hangs: it gets one connection, and a scrape shows the other', async () => {
    const { service } = await twoWorkers();
    process.kill(pidOf(service, 1), 'SIGSTOP');
    onTestFinished(() => void process.kill(pidOf(service, 1), 'SIGKILL'));
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(service, '/health/live')));
    expect(answers.filter((answer) => answer === null).length).toBeLessThanOrEqual(1);
    expect([...(await callsOf(service)).keys()]).toEqual([2]);
  }, 90_000);

  it('refuse a flood of connections for good, each beyond half of its descriptors', async () => {
    const { service } = await twoWorkers({}, 'ulimit -n 200');
    const { port, hostname } = new URL(service.url());
    let closed = 0;
    // So many that each has its hundred, however unevenly the primary hands them out.
    for (let i = 0; i < 1_000; i++) {
      const socket = connect(Number(port), hostname).on('error', () => undefined);
      socket.on('close', () => {
        closed += 1;
      });
      onTestFinished(() => void socket.destroy());
      await once(socket, 'connect');
    }
    // A hundred each; some are taken by the connections of the scrapes at the start.
    await eventually(() => closed >= 800);
    expect(closed).toBeLessThan(820);
  }, 90_000);
});

describe('workers that cannot start', () => {
  it('end the service, as one process would: there is no loop', async () => {
    const { service: first } = await runWithStandIns();
    const { port } = new URL(first.url());
    const environment = { WORKERS: '2', REDIS_URL: await startTestRedis(), HOST: '127.0.0.1', PORT: port };
    const second = run({ ...environment, DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    await eventually(() => second.exitCode() !== null, 40_000);
    expect(second.exitCode()).toBe(1);
    expect(second.output()).toContain('EADDRINUSE');
    expect(second.output().match(/a worker starts/g)).toHaveLength(2);
  }, 90_000);
});
