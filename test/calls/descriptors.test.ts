import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import {
  type HealthAnswer,
  healthOf,
  liveCall,
  newCall,
  type RunningService,
  runWithStandIns,
} from '../support/running-service.ts';

const [greeting, ...rest] = BANK_IMPERSONATION.lines;
const FIRST = greeting === undefined ? [] : [greeting];

/** One connection of an operator's, which stays open: others may be refused. */
async function openLine(service: RunningService) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ask = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const request = get(service.url() + path, { agent }, (response) => {
        response.setEncoding('utf8');
        let text = '';
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve(text));
      });
      request.on('error', reject);
    });
  await ask('/health/live');
  return { health: async () => JSON.parse(await ask('/health')) as HealthAnswer, metrics: () => ask('/metrics') };
}

/** So many sockets that say nothing; how many of them have been closed since. */
async function flood(service: RunningService, count: number) {
  const { port, hostname } = new URL(service.url());
  let closed = 0;
  const sockets: Socket[] = Array.from({ length: count }, () =>
    connect(Number(port), hostname)
      .on('error', () => undefined)
      .on('close', () => {
        closed += 1;
      }),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { sockets, closed: () => closed };
}

const pidOf = ({ process: { pid } }: RunningService): number => pid ?? 0;
const openDescriptors = (service: RunningService): number => readdirSync(`/proc/${pidOf(service)}/fd`).length;
const allow = (service: RunningService, descriptors: number): void => {
  const { status } = spawnSync('prlimit', ['--pid', String(pidOf(service)), `--nofile=${descriptors}:`]);
  expect(status).toBe(0);
};

const canBeLimited = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

describe.skipIf(process.platform !== 'linux')('a flood of connections', () => {
  it('takes no more than half of the descriptors: a live call is heard and alerts, and the service says so', async () => {
    const { service, standIns } = await runWithStandIns({}, { shell: 'ulimit -n 200' });
    const line = await openLine(service);
    expect((await line.health()).checks).toMatchObject({ descriptors: 'ok' });
    const call = await liveCall(service, standIns);
    const { sockets, closed } = await flood(service, 300);
    // Half of 200, without the call's, the operator's, and those that the household's provisioning keeps open.
    await eventually(() => closed() >= 200);
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => standIns.twilio.messages.length === 1);
    const { status, checks, reasons } = await line.health();
    expect({ status, checks }).toMatchObject({ status: 'degraded', checks: { descriptors: 'error', database: 'ok' } });
    expect(reasons['descriptors']).toMatch(/^connections were refused, the last \d+ s ago$/);
    expect(await line.metrics()).toMatch(/^ethiq_connections_refused_total 2\d\d$/m);
    for (const socket of sockets) socket.destroy();
    await eventually(async () => (await fetch(`${service.url()}/health/ready`).catch(() => null))?.status === 200);
    await call.hangUp();
    expect(service.exitCode()).toBeNull();
  });
});

describe.skipIf(!canBeLimited)('descriptors that run out', () => {
  it('cost a live call neither words nor its alert, end nothing, and are told of', async () => {
    const { service, standIns } = await runWithStandIns();
    const line = await openLine(service);
    const call = await liveCall(service, standIns);
    await call.say(FIRST);
    await eventually(async () => (await line.metrics()).includes('transcription_latency_ms_count 1'));
    allow(service, 10);
    await eventually(async () => (await line.health()).reasons['descriptors'] === 'EMFILE');
    await call.say(rest);
    expect(call.isConnected).toBe(true);
    expect((await line.health()).status).toBe('degraded');
    allow(service, 4_096);
    await eventually(() => standIns.twilio.messages.length === 1);
    await eventually(async () => (await line.health()).checks['descriptors'] === 'ok');
    expect(await line.metrics()).toMatch(/^fraud_detections_total\{fraud_type="bank_impersonation"\} 1$/m);
    await call.hangUp();
    await eventually(async () => (await line.metrics()).includes('active_calls_total 0'));
    const metrics = await line.metrics();
    expect(Number(/^ethiq_blind_seconds_total (.+)$/m.exec(metrics)?.[1])).toBe(0);
    expect(standIns.twilio.messages).toHaveLength(1);
    expect(service.exitCode()).toBeNull();
  });

  it('are kept for the calls that there are: others go on without monitoring until there are more', async () => {
    const { service, standIns } = await runWithStandIns();
    const first = await liveCall(service, standIns);
    await flood(service, 600);
    await eventually(() => openDescriptors(service) > 600);
    // Enough are left for those who ask, and for what the service itself opens meanwhile.
    allow(service, openDescriptors(service) + 50);
    await eventually(async () => (await healthOf(service)).checks['descriptors'] === 'error');
    expect((await healthOf(service)).reasons['descriptors']).toMatch(/^\d+ of \d+ are open$/);
    const second = newCall(service, standIns);
    expect(await second.dial()).toMatch(/<Pause length="15"\/><Redirect method="POST">[^<]+\/voice\/incoming</);
    // The stream of a call that is known is taken, however few there are.
    first.breakStream();
    await eventually(() => first.resumes === 1);
    allow(service, 4_096);
    await eventually(async () => (await healthOf(service)).checks['descriptors'] === 'ok');
    expect(await second.dial()).toContain('<Stream');
    await first.hangUp();
    second.over();
  });
});
