import { describe, expect, it } from 'vitest';
import type { PhoneCall } from '../../src/simulators/phone-call.ts';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createJumpingClock } from '../support/jumping-clock.ts';
import { createMovingCall } from '../support/moving-call.ts';
import { startTestRedis } from '../support/redis.ts';
import { completed, startService, type TestService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const HOUR_MS = 3_600_000;
const DIRECTIONS = [
  ['an hour ahead', HOUR_MS],
  ['an hour back', -HOUR_MS],
] as const;
const [greeting, alarm, ...rest] = BANK_IMPERSONATION.lines;
const BEGINNING = [greeting, alarm].flatMap((line) => line ?? []);
const SAID = BANK_IMPERSONATION.lines.map(({ text }) => text).join(' ');

const healthOf = async ({ url }: TestService) =>
  (await (await fetch(`${url}/health`)).json()) as {
    status: string;
    checks: { clock: string };
    reasons: { clock?: string };
  };

async function metric(service: TestService, name: string): Promise<number> {
  const line = (await service.app.metrics()).split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

/** What must hold of a call, whatever clocks did. */
async function expectUnharmed(service: TestService, call: PhoneCall, contact: string): Promise<void> {
  const record = await completed(service, call.callSid);
  expect(record.transcript.map(({ text }) => text).join(' ')).toBe(SAID);
  const ends = record.transcript.map(({ endMs }) => endMs);
  expect(ends).toEqual([...ends].sort((a, b) => a - b));
  expect(ends.at(-1)).toBeLessThan(120_000);
  expect(record.risk).toBe('critical');
  expect(record.alerts).toHaveLength(1);
  expect(record.blindMs).toBeGreaterThanOrEqual(0);
  expect(record.blindMs).toBeLessThan(2_000);
  expect(record.interruption).toBeNull();
  expect(service.messagesTo(contact)).toHaveLength(1);
  // An alert that is late says how old it is.
  expect(service.messagesTo(contact)[0]).toMatch(/^ETHIQ URGENT: Rosa Quill is on a call/);
}

describe.each(DIRECTIONS)('a clock that jumps %s', (_where, jumpMs) => {
  it('in the middle of a call costs it nothing, and `/health` says so', async () => {
    const clock = createJumpingClock();
    const service = await startService({ clock });
    const { lineNumber, contacts } = await service.household();
    expect((await healthOf(service)).checks.clock).toBe('ok');
    const call = await service.ring(lineNumber);
    await call.say(BEGINNING);
    clock.jump(jumpMs);
    await call.say(rest);
    await call.hangUp();
    await expectUnharmed(service, call, contacts[0]?.phoneNumber ?? '');
    const record = (await service.api('GET', `/calls/${call.callSid}`)).json as { startedAt: string; endedAt: string };
    expect(Date.parse(record.endedAt) - Date.parse(record.startedAt)).toBeGreaterThanOrEqual(0);
    expect(Date.parse(record.endedAt) - Date.parse(record.startedAt)).toBeLessThan(60_000);
    const { status, reasons } = await healthOf(service);
    expect(status).toBe('degraded');
    expect(reasons.clock).toMatch(/^the system's clock is 3600 s (ahead|behind)$/);
    expect(await metric(service, 'ethiq_clock_steps_total')).toBe(1);
    for (const name of ['ethiq_alert_latency_seconds_sum', 'ethiq_alert_dispatch_seconds_sum']) {
      expect(await metric(service, name)).toBeGreaterThanOrEqual(0);
      expect(await metric(service, name)).toBeLessThan(60);
    }
    clock.jump(-jumpMs);
    expect((await healthOf(service)).reasons.clock).toMatch(/^the system's clock jumped 3600 s (ahead|back), 0 s ago$/);
  });

  it('between the webhook and the stream, and while a stream is lost, opens the stream at once', async () => {
    const clock = createJumpingClock();
    const service = await startService({ clock });
    const { lineNumber, contacts } = await service.household();
    const call = service.call(lineNumber);
    await call.dial();
    clock.jump(jumpMs);
    await call.connect();
    await call.say(BEGINNING);
    expect(call.resumes).toBe(0);
    call.breakStream();
    clock.jump(-jumpMs);
    await eventually(() => call.resumes === 1);
    await call.say(rest);
    await call.hangUp();
    await expectUnharmed(service, call, contacts[0]?.phoneNumber ?? '');
    expect(await service.app.metrics()).not.toContain('outcome="bad_token"');
  });

  it('while Postgres is away sends no alert twice, nor late, though Twilio’s answer to it was lost', async () => {
    const clock = createJumpingClock();
    const database = await startTcpProxy(await createTestDatabase());
    const service = await startService({
      clock,
      databaseUrl: database.url,
      limits: (limits) => ({
        ...limits,
        writeBehind: { ...limits.writeBehind, longestRetryMs: 200 },
        session: { ...limits.session, alertMs: 100, recordMs: 100 },
        unrecorded: { ...limits.unrecorded, recordMs: 200, adoptMs: 100 },
        outbox: { ...limits.outbox, pollMs: 100, firstRetryMs: 50 },
      }),
    });
    const { lineNumber, contacts } = await service.household();
    const contact = contacts[0]?.phoneNumber ?? '';
    const call = await service.ring(lineNumber);
    await call.say(BEGINNING);
    await eventually(async () => (await service.recordOf(call.callSid)).transcript.length === BEGINNING.length);
    database.cut();
    clock.jump(jumpMs);
    service.standIns.twilio.faults.set(contact, ['500-after']);
    await call.say(rest);
    await call.hangUp();
    await eventually(() => service.messagesTo(contact).length === 1);
    await eventually(() => service.standIns.twilio.messages.every(({ status }) => status === 'delivered'));
    database.restore();
    await eventually(async () => (await service.recordOf(call.callSid)).alerts.length === 1);
    await expectUnharmed(service, call, contact);
  });
});

describe.each(DIRECTIONS)('an instance whose clock is %s of all others', (_where, wrongMs) => {
  it.each([
    ['from it', true],
    ['to it', false],
  ])('agrees with them all the same about a call that moves %s', async (_way, isFirst) => {
    const databaseUrl = await createTestDatabase();
    const environment = { REDIS_URL: await startTestRedis(), DRAIN_TIMEOUT_S: '0' };
    const clock = createJumpingClock();
    clock.jump(wrongMs);
    const a = await startService({ databaseUrl, environment, ...(isFirst ? { clock } : {}) });
    const b = await startService({ databaseUrl, environment, standIns: a.standIns, ...(isFirst ? {} : { clock }) });
    for (const [service, isWrong] of [
      [a, isFirst],
      [b, !isFirst],
    ] as const) {
      await eventually(async () => (await healthOf(service)).checks.clock === (isWrong ? 'error' : 'ok'));
    }
    const { lineNumber, contacts } = await a.household();
    const { call, moveTo } = createMovingCall(b, lineNumber);
    // The webhook is the one's, the stream the other's.
    await call.dial();
    moveTo(a);
    await call.connect();
    await call.say(BEGINNING);
    await eventually(async () => (await a.recordOf(call.callSid)).transcript.length === BEGINNING.length);
    moveTo(b);
    await a.app.drain();
    await eventually(() => call.resumes === 1);
    await call.say(rest);
    await call.hangUp();
    await expectUnharmed(b, call, contacts[0]?.phoneNumber ?? '');
    for (const { app } of [a, b]) expect(await app.metrics()).not.toContain('outcome="bad_token"');
  });
});
