import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createMovingCall } from '../support/moving-call.ts';
import { startTestRedis } from '../support/redis.ts';
import { startTestRedisCluster } from '../support/redis-cluster.ts';
import { completed, startService } from '../support/service.ts';

const [greeting, alarm, ...rest] = BANK_IMPERSONATION.lines;
const BEGINNING = [greeting, alarm].flatMap((line) => line ?? []);
const SAID = BANK_IMPERSONATION.lines.map(({ text }) => text).join(' ');

/** Two instances on one database; a call that is sent to the first, and then wherever `moveTo` says. */
async function twoInstances(settings: () => Promise<Record<string, string>>) {
  const databaseUrl = await createTestDatabase();
  const environment = await settings();
  const a = await startService({ databaseUrl, environment: { ...environment, DRAIN_TIMEOUT_S: '0' } });
  const b = await startService({ databaseUrl, environment, standIns: a.standIns });
  const { lineNumber, contacts } = await a.household();
  const { call, moveTo } = createMovingCall(a, lineNumber);
  await call.dial();
  await call.connect();
  await call.say(BEGINNING);
  await eventually(async () => (await a.recordOf(call.callSid)).transcript.length === BEGINNING.length);
  const contact = contacts[0]?.phoneNumber ?? '';
  return {
    a,
    b,
    call,
    moveTo,
    sms: () => a.messagesTo(contact),
  };
}

describe.each([
  ['with Redis', async () => ({ REDIS_URL: await startTestRedis() })],
  ['with a Redis Cluster', async () => ({ REDIS_URL: (await startTestRedisCluster()).url, REDIS_CLUSTER: 'true' })],
  ['with Postgres alone', async () => ({})],
])('a call that moves to another instance, %s', (how, settings) => {
  it('at a deploy keeps its memory, its order and its risk, and alerts once', async () => {
    const { a, b, call, moveTo, sms } = await twoInstances(settings);
    moveTo(b);
    await a.app.drain();
    await eventually(() => call.resumes === 1);
    await call.say(rest);
    await call.hangUp();
    const record = await completed(b, call.callSid);
    expect(record.transcript.map(({ text }) => text).join(' ')).toBe(SAID);
    const numbers = record.transcript.map(({ id }) => Number(id.slice(1)));
    // The record alone does not know what an instance has numbered last.
    const skipped = how.includes('Redis') ? 0 : (numbers[BEGINNING.length] ?? 0) - BEGINNING.length - 1;
    expect(skipped).toBeGreaterThanOrEqual(0);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1 + (index < BEGINNING.length ? 0 : skipped)));
    const starts = record.transcript.map(({ startMs }) => startMs);
    expect(starts).toEqual([...starts].sort((x, y) => x - y));
    expect(record.risk).toBe('critical');
    expect(record.facts.map(({ tactic }) => tactic)).toContain('authority');
    expect(record.blindMs).toBeGreaterThan(0);
    expect(record.blindMs).toBeLessThan(2_000);
    expect(record.alerts).toHaveLength(1);
    expect(sms()).toHaveLength(1);
  });

  it('because its stream broke is not ended by the instance that it left', async () => {
    const { a, b, call, moveTo } = await twoInstances(settings);
    moveTo(b);
    call.breakStream();
    await eventually(() => call.resumes === 1);
    await call.say(rest);
    await a.app.close();
    await eventually(async () => (await b.recordOf(call.callSid)).risk === 'critical');
    expect((await b.recordOf(call.callSid)).status).toBe('in-progress');
    await call.hangUp();
    // Reports of deliveries still go to the instance that is gone.
    const record = await eventually(async () => {
      const now = await b.recordOf(call.callSid);
      return now.status === 'completed' && now;
    });
    expect(record.transcript.map(({ text }) => text).join(' ')).toBe(SAID);
  });
});
