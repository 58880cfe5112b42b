import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { nothingPending, writeBatch } from '../../src/records/call-batch.ts';
import { createPostgresCallLeases } from '../../src/records/postgres-call-leases.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, newCallSid } from '../support/people.ts';

const SILENT_MS = 10_000;
const SILENT = { silentMs: SILENT_MS, limit: 100 };

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
  it('that has run out is found, and taken by one instance alone', async () => {
    const { callSids, leasesOf } = await start(20);
    const silent = await leasesOf('a').silent(SILENT);
    expect(silent.map(({ callSid }) => callSid).sort()).toEqual([...callSids].sort());
    for (const { silentMs } of silent) expect(silentMs).toBeGreaterThanOrEqual(60_000);
    const taken = await Promise.all(['a', 'b', 'c'].map((name) => leasesOf(name).take(callSids, SILENT_MS)));
    expect(
      taken
        .flat()
        .map(({ callSid }) => callSid)
        .sort(),
    ).toEqual([...callSids].sort());
    expect(await leasesOf('d').silent(SILENT)).toEqual([]);
  });

  it('is not taken while it is renewed', async () => {
    const { callSids, leasesOf } = await start(1);
    await leasesOf('dead').renew(callSids);
    expect(await leasesOf('b').silent(SILENT)).toEqual([]);
    expect(await leasesOf('b').take(callSids, SILENT_MS)).toEqual([]);
  });

  it('of a call that is over lasts until its record is closed', async () => {
    const { callSids, leasesOf } = await start(1, '1 hour', 'completed');
    const leases = leasesOf('b');
    expect(await leases.silent(SILENT)).toMatchObject(callSids.map((callSid) => ({ callSid })));
    for (const callSid of callSids) await leases.close(callSid, 1_000);
    expect(await leases.silent(SILENT)).toEqual([]);
    expect(await leases.take(callSids, SILENT_MS)).toEqual([]);
  });

  it('is not taken back by an instance that took the call before, and says so late', async () => {
    const { db } = await openTestDatabase();
    const { call } = await createHousehold(db);
    const take = (instanceId: string, at: number) =>
      writeBatch(db, new Map([[call.callSid, { ...nothingPending(), taken: { call, at } }]]), instanceId);
    await take('later', 2_000);
    await take('earlier', 1_000);
    expect(await createPostgresCallLeases(db, 'a').holder(call.callSid)).toBe('later');
  });

  it('stays with its holder when another instance sees to the call, and is not renewed by who has lost it', async () => {
    const { callSids, leasesOf } = await start(1);
    const [callSid] = callSids;
    if (callSid === undefined) throw new Error('no call');
    await leasesOf('lost').renew(callSids);
    expect(await leasesOf('b').take(callSids, SILENT_MS)).toEqual([{ callSid, endedAt: null }]);
    expect(await leasesOf('b').holder(callSid)).toBe('dead');
    expect(await leasesOf('b').holder(newCallSid())).toBeNull();
  });

  it('has run out of a call that registered and never opened its stream, some time after its token has', async () => {
    const { db } = await openTestDatabase();
    const { call } = await createHousehold(db);
    const leases = createPostgresCallLeases(db, 'b');
    const letPass = (seconds: number) =>
      db.execute(sql`update active_calls set heartbeat_at = heartbeat_at - ${seconds} * interval '1 second'`);
    await writeBatch(db, new Map([[call.callSid, { ...nothingPending(), registered: call }]]), 'dead');
    await letPass(69);
    expect(await leases.silent(SILENT)).toEqual([]);
    await letPass(2);
    expect(await leases.silent(SILENT)).toMatchObject([{ callSid: call.callSid }]);
  });
});
