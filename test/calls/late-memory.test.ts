import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import type { ScriptLine } from '../../src/simulators/spoken-audio.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createMovingCall } from '../support/moving-call.ts';
import { startTestRedis } from '../support/redis.ts';
import { completed, startService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const [greeting, alarm, ...rest] = BANK_IMPERSONATION.lines;
const BEGINNING = [greeting, alarm].flatMap((line) => line ?? []);
const MEANWHILE = [{ speaker: 'caller' as const, text: 'Are you still there?' }];
const textOf = (lines: ReadonlyArray<{ text: string }>): string => lines.map(({ text }) => text).join(' ');

/** A call with a past on one instance, which comes to another that can ask neither Postgres nor Redis for it. */
async function callWithoutPast(hasRedis: boolean, said: readonly ScriptLine[] = BEGINNING) {
  const databaseUrl = await createTestDatabase();
  const redisUrl = hasRedis ? await startTestRedis() : null;
  const redisOf = (url: string | null): Record<string, string> => (url === null ? {} : { REDIS_URL: url });
  const a = await startService({ databaseUrl, environment: redisOf(redisUrl) });
  const links = [await startTcpProxy(databaseUrl)];
  if (redisUrl !== null) links.push(await startTcpProxy(redisUrl));
  const b = await startService({
    databaseUrl: links[0]?.url ?? '',
    environment: redisOf(links[1]?.url ?? null),
    standIns: a.standIns,
    limits: (limits) => ({
      ...limits,
      memory: { ...limits.memory, recallMs: 400, settleMs: 200, againMs: 100 },
      writeBehind: { ...limits.writeBehind, longestRetryMs: 200 },
    }),
  });
  const { lineNumber, contacts } = await a.household();
  const { call, moveTo } = createMovingCall(a, lineNumber);
  await call.dial();
  await call.connect();
  await call.say(said);
  await eventually(async () => textOf((await a.recordOf(call.callSid)).transcript) === textOf(said));
  for (const link of links) link.cut();
  // What the other told before came over Redis.
  const past = b.events.length;
  const own = (type: string) => b.events.slice(past).find((event) => event.type === type);
  moveTo(b);
  call.breakStream();
  await eventually(() => call.resumes === 1);
  await call.say(MEANWHILE);
  await eventually(() => own('transcript.final'));
  return {
    b,
    call,
    sms: () => a.messagesTo(contacts[0]?.phoneNumber ?? ''),
    isForgotten: () => own('risk.changed') === undefined,
    remembered: () => eventually(() => own('risk.changed')),
    restore() {
      for (const link of links) link.restore();
    },
  };
}

describe.each([
  ['Redis and Postgres', true],
  ['Postgres alone', false],
])('a call whose memory nobody could tell, when %s can again', (_what, hasRedis) => {
  it('goes on with its facts, its risk and its story, and keeps every word', async () => {
    const { b, call, sms, isForgotten, remembered, restore } = await callWithoutPast(hasRedis);
    expect(isForgotten()).toBe(true);
    restore();
    expect(await remembered()).toMatchObject({ risk: 'elevated' });
    await call.say(rest);
    await call.hangUp();
    const record = await completed(b, call.callSid);
    expect(textOf(record.transcript)).toBe(textOf([...BEGINNING, ...MEANWHILE, ...rest]));
    expect(record).toMatchObject({ risk: 'critical', scamType: 'bank_impersonation' });
    expect(record.facts.map(({ tactic }) => tactic)).toEqual(
      expect.arrayContaining(['authority', 'threat', 'ask_code']),
    );
    const numbers = record.transcript.map(({ id }) => Number(id.slice(1)));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(record.blindMs).toBeLessThan(10_000);
    expect(record.alerts).toHaveLength(1);
    expect(sms()).toHaveLength(1);
  });

  it('warns nobody again of what they were told before', async () => {
    const { b, call, sms, remembered, restore } = await callWithoutPast(hasRedis, BANK_IMPERSONATION.lines);
    restore();
    expect(await remembered()).toMatchObject({ risk: 'critical' });
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    const record = await completed(b, call.callSid);
    expect(record.risk).toBe('critical');
    expect(record.alerts).toHaveLength(1);
    expect(sms()).toHaveLength(1);
  });
});
