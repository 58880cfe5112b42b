import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/call/clock.ts';
import { connectRedisNode } from '../../src/feed/redis-node.ts';
import type { Limits } from '../../src/limits.ts';
import { openDatabase } from '../../src/records/database.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { newCallSid } from '../support/people.ts';
import { startTestRedis } from '../support/redis.ts';
import { PUBLIC_ORIGIN, startService, type TestService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const ORPHANS = { everyMs: 20, silentMs: 100, expiredMs: 100, limit: 10, endedStreams: 10 };

/** Two instances that sweep, and calls whose holder died. */
async function start(calls: number, orphans = ORPHANS) {
  const databaseUrl = await createTestDatabase();
  const { db, close } = openDatabase(databaseUrl);
  onTestFinished(() => close());
  const limits = (usual: Limits): Limits => ({ ...usual, orphans });
  const a = await startService({ databaseUrl, limits });
  const b = await startService({ databaseUrl, limits, standIns: a.standIns });
  const callSids = Array.from({ length: calls }, newCallSid);
  const abandon = async () => {
    for (const callSid of callSids) {
      await db.execute(sql`insert into active_calls (call_sid, status, instance_id, started_at, heartbeat_at)
        values (${callSid}, 'in-progress', 'dead', now() - interval '1 minute', now() - interval '1 minute')`);
    }
  };
  return { service: a, other: b, db, twilio: a.standIns.twilio, callSids, abandon };
}

describe('a call whose instance died', () => {
  it('is completed when the carrier says that it is over', async () => {
    const { service, twilio, callSids, abandon } = await start(3);
    for (const callSid of callSids) twilio.endedCalls.add(callSid);
    await abandon();
    await eventually(async () => {
      const records = await Promise.all(callSids.map((callSid) => service.recordOf(callSid)));
      return records.every(({ status }) => status === 'completed');
    });
    expect(twilio.redirectedCalls.size).toBe(0);
  });

  it('is asked for another stream when it is still there', async () => {
    const { service, twilio, callSids, abandon } = await start(1);
    await abandon();
    const callSid = callSids[0] ?? '';
    await eventually(() => twilio.redirectedCalls.get(callSid) === `${PUBLIC_ORIGIN}/voice/resume`);
    expect((await service.recordOf(callSid)).status).toBe('in-progress');
  });
});

describe('a call that ended while its instance died', () => {
  it('is blind from what was answered for last to its end', async () => {
    const { service, db, callSids } = await start(1);
    const callSid = callSids[0] ?? '';
    await db.execute(sql`insert into active_calls
      (call_sid, status, instance_id, started_at, ended_at, heartbeat_at, blind_ms) values
      (${callSid}, 'completed', 'dead', now() - interval '60 s', now() - interval '20 s', now() - interval '1 minute', 500)`);
    await db.execute(sql`insert into transcription_events
      (call_id, utterance_number, speaker, text, start_ms, end_ms, spoken_at) values
      (${callSid}, 1, 'caller', 'hello', 0, 1000, now() - interval '50 s')`);
    await eventually(async () => (await service.recordOf(callSid)).blindMs > 500);
    expect((await service.recordOf(callSid)).blindMs).toBeGreaterThan(30_000);
    expect((await service.recordOf(callSid)).blindMs).toBeLessThan(31_000);
  });
});

describe('a stream that ended with its instance', () => {
  /** Sweeps that find nothing; a call that is seen to stays so for longer than the test takes. */
  const NO_SWEEPS = { ...ORPHANS, silentMs: 1_000, limit: 0 };
  const looked = async (service: TestService, outcome: string) =>
    (await service.app.metrics()).includes(`ethiq_orphaned_calls_total{outcome="${outcome}"} 1\n`);

  it.each(['stream-stopped', 'stream-error'])('is asked for again by one instance (%s)', async (StreamEvent) => {
    const { service, other, twilio, callSids, abandon } = await start(1, NO_SWEEPS);
    await abandon();
    const callSid = callSids[0] ?? '';
    const tell = () =>
      Promise.all(
        [service, other].map((told) => told.webhook('/voice/stream-status', { CallSid: callSid, StreamEvent })),
      );
    await eventually(async () => {
      for (const { status } of await tell()) expect(status).toBe(204);
      return twilio.redirectedCalls.get(callSid) === `${PUBLIC_ORIGIN}/voice/resume`;
    });
    const byWhom = await eventually(async () => {
      const found = await Promise.all([service, other].map((told) => looked(told, 'resumed')));
      return found.includes(true) && found;
    });
    expect(byWhom.filter(Boolean)).toHaveLength(1);
  });

  it('completes the record of a call that is over', async () => {
    const { service, twilio, callSids, abandon } = await start(1, NO_SWEEPS);
    const callSid = callSids[0] ?? '';
    twilio.endedCalls.add(callSid);
    await abandon();
    await eventually(async () => {
      await service.webhook('/voice/stream-status', { CallSid: callSid, StreamEvent: 'stream-stopped' });
      return (await service.recordOf(callSid)).status === 'completed';
    });
  });
});

/** A call on A, whose links to Redis and Postgres can be cut, and B that sweeps. */
async function withRedis() {
  const databaseUrl = await createTestDatabase();
  const { db, close } = openDatabase(databaseUrl);
  onTestFinished(() => close());
  const [redisUrl, postgres] = [await startTestRedis(), await startTcpProxy(databaseUrl)];
  const redis = await startTcpProxy(redisUrl);
  const limits = (usual: Limits): Limits => ({
    ...usual,
    orphans: { everyMs: 50, silentMs: 400, expiredMs: 1_000, limit: 10, endedStreams: 10 },
    memory: { ...usual.memory, leaseMs: 2_000 },
    session: { ...usual.session, saveMs: 50 },
  });
  const a = await startService({ databaseUrl: postgres.url, environment: { REDIS_URL: redis.url }, limits });
  const b = await startService({ databaseUrl, environment: { REDIS_URL: redisUrl }, standIns: a.standIns, limits });
  const { lineNumber } = await a.household();
  const call = await a.ring(lineNumber);
  const heardOfAt = async () => {
    const [row] = await db.execute<{ at: string }>(
      // Before its holder has it, a call has a minute for its stream.
      sql`select heartbeat_at::text as at from active_calls
        where call_sid = ${call.callSid} and held_since is not null`,
    );
    return row?.at;
  };
  await eventually(heardOfAt);
  const link = connectRedisNode(redisUrl, systemClock, { connectionChanged: () => undefined });
  onTestFinished(() => link.close());
  const copyOf = async () => (await link.copies.read(`ethiq:call:${call.callSid}`).catch(() => null))?.text;
  await eventually(copyOf);
  return { b, call, redis, postgres, heardOfAt, copyOf, twilio: a.standIns.twilio };
}

describe('a call whose holder writes to Redis', () => {
  it('is left alone while Postgres does not hear of it, and vouched for there', async () => {
    const { call, postgres, heardOfAt, twilio } = await withRedis();
    postgres.cut();
    let last = await heardOfAt();
    for (let renewals = 0; renewals < 3; renewals++) {
      const before = last;
      await eventually(async () => {
        last = await heardOfAt();
        return last !== before;
      });
    }
    expect(twilio.redirectedCalls.size).toBe(0);
    postgres.restore();
    await call.hangUp();
  });

  it('and no longer does, nor to Postgres, is looked after', async () => {
    const { call, redis, postgres, twilio } = await withRedis();
    redis.cut();
    postgres.cut();
    await eventually(() => twilio.redirectedCalls.has(call.callSid));
    redis.restore();
    postgres.restore();
    await call.hangUp();
  });
});

describe('a call that ended with its instance, before that could record what was said', () => {
  it('has the words that stand in the copy of its memory', async () => {
    const { b, call, redis, postgres, copyOf, twilio } = await withRedis();
    postgres.cut();
    const text = 'Do not tell anybody at the bank about this';
    await call.say([{ speaker: 'caller', text }]);
    await eventually(async () => (await copyOf())?.includes(text));
    redis.cut();
    twilio.endedCalls.add(call.callSid);
    await eventually(async () => (await b.recordOf(call.callSid)).transcript.some((said) => said.text === text));
    for (const link of [redis, postgres]) link.restore();
  });
});

describe('a live call', () => {
  it('is left alone by those who sweep', async () => {
    const { service, twilio } = await start(0);
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say([
      { speaker: 'caller', text: 'Hello there, this call lasts longer than any lease does in this test' },
    ]);
    expect(twilio.redirectedCalls.size).toBe(0);
    expect((await service.recordOf(call.callSid)).status).toBe('in-progress');
    await call.hangUp();
  });
});
