import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createMovingCall } from '../support/moving-call.ts';
import { startTestRedis } from '../support/redis.ts';
import { completed, startService } from '../support/service.ts';

const [greeting, ...rest] = BANK_IMPERSONATION.lines;
const FIRST = greeting === undefined ? [] : [greeting];
const SAID = BANK_IMPERSONATION.lines.map(({ text }) => text).join(' ');

/** Two instances on one Redis, whose memory can be taken away: then it refuses to write, and still answers. */
async function start() {
  const databaseUrl = await createTestDatabase();
  const redisUrl = await startTestRedis();
  const redis = new Redis(redisUrl);
  onTestFinished(() => redis.disconnect());
  const environment = { REDIS_URL: redisUrl };
  const a = await startService({ databaseUrl, environment });
  const b = await startService({ databaseUrl, environment, standIns: a.standIns });
  const { lineNumber, contacts } = await a.household();
  const { call, moveTo } = createMovingCall(a, lineNumber);
  await call.dial();
  await call.connect();
  return {
    a,
    b,
    call,
    lineNumber,
    contact: contacts[0]?.phoneNumber ?? '',
    copyOf: (callSid: string) => redis.hget(`ethiq:call:${callSid}`, 'text'),
    setMemory: (bytes: number) => redis.config('SET', 'maxmemory', bytes),
    moveToB: () => moveTo(b),
  };
}

describe('a Redis whose memory is full', () => {
  it('costs a call neither its alert nor its memory, and is of use again when it has room', async () => {
    const { a, b, call, lineNumber, contact, copyOf, setMemory, moveToB } = await start();
    await call.say(FIRST);
    await eventually(async () => (await copyOf(call.callSid))?.includes('fraud department'));
    await setMemory(1);
    await call.say(rest);
    await eventually(() => a.messagesTo(contact).length === 1);
    await eventually(async () => (await a.recordOf(call.callSid)).transcript.length >= BANK_IMPERSONATION.lines.length);
    // What it holds of the call is behind; what is only passed on still is.
    expect(await copyOf(call.callSid)).not.toContain('critical');
    expect(await a.app.metrics()).toContain('ethiq_feed_events_lost_total{to="memory"}');
    await eventually(() => b.events.some((event) => event.type === 'alert.raised' && event.callSid === call.callSid));
    moveToB();
    call.breakStream();
    await eventually(() => call.resumes === 1);
    await call.say([{ speaker: 'caller', text: 'one two three' }]);
    await call.hangUp();
    const record = await completed(b, call.callSid);
    expect(record.transcript.map(({ text }) => text).join(' ')).toBe(`${SAID} one two three`);
    const numbers = record.transcript.map(({ id }) => Number(id.slice(1)));
    expect(numbers).toEqual([...new Set(numbers)].sort((x, y) => x - y));
    expect(record.risk).toBe('critical');
    expect(record.alerts).toHaveLength(1);
    expect(a.messagesTo(contact)).toHaveLength(1);

    await setMemory(0);
    const next = await b.ring(lineNumber);
    await eventually(() => copyOf(next.callSid));
    await next.hangUp();
  });
});
