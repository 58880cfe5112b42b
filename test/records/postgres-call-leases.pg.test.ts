import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { nothingPending, writeBatch } from '../../src/records/call-batch.ts';
import { createPostgresCallLeases } from '../../src/records/postgres-call-leases.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, newCallSid } from '../support/people.ts';

const EXPIRED = { expiredMs: 10_000, limit: 100 };

async function start(calls: number, heartbeatAgo = '1 minute', status = 'in-progress') {
  const { db } = await openTestDatabase();
  const callSids = Array.from({ length: calls }, newCallSid);
  for (const callSid of callSids) {
    await db.execute(sql`insert into active_calls (call_sid, status, instance_id, started_at, heartbeat_at)
      values (${callSid}, ${status}, 'dead', now(), now() - ${heartbeatAgo}::interval)`);
  }
  return { callSids, leasesOf: (instanceId: string) => createPostgresCallLeases(db, instanceId) };
}

describe('the lease of a call', () => {
  it('that has run out is taken by one instance alone', async () => {
    const { callSids, leasesOf } = await start(20);
    const taken = await Promise.all(['a', 'b', 'c'].map((name) => leasesOf(name).takeExpired(EXPIRED)));
    expect(taken.flat().sort()).toEqual([...callSids].sort());
  });

  it('is not taken while it is renewed, nor of a call that is over', async () => {
    const renewed = await start(1);
    await renewed.leasesOf('holder').renew(renewed.callSids);
    expect(await renewed.leasesOf('b').takeExpired(EXPIRED)).toEqual([]);
    expect(await (await start(1, '1 hour', 'completed')).leasesOf('b').takeExpired(EXPIRED)).toEqual([]);
  });

  it('has run out of a call that registered and never opened its stream, some time after its token has', async () => {
    const { db } = await openTestDatabase();
    const { call } = await createHousehold(db);
    const leases = createPostgresCallLeases(db, 'b');
    const letPass = (seconds: number) =>
      db.execute(sql`update active_calls set heartbeat_at = heartbeat_at - ${seconds} * interval '1 second'`);
    await writeBatch(db, new Map([[call.callSid, { ...nothingPending(), registered: call }]]), 'dead');
    await letPass(69);
    expect(await leases.takeExpired(EXPIRED)).toEqual([]);
    await letPass(2);
    expect(await leases.takeExpired(EXPIRED)).toEqual([call.callSid]);
  });
});
