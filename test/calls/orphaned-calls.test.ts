import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/records/database.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { newCallSid } from '../support/people.ts';
import { PUBLIC_ORIGIN, startService } from '../support/service.ts';

const ORPHANS = { everyMs: 20, expiredMs: 100, limit: 10 };

/** Two instances that sweep, and calls whose holder died. */
async function start(calls: number) {
  const databaseUrl = await createTestDatabase();
  const { db, close } = openDatabase(databaseUrl);
  onTestFinished(() => close());
  const a = await startService({ databaseUrl, limits: (limits) => ({ ...limits, orphans: ORPHANS }) });
  await startService({
    databaseUrl,
    standIns: a.standIns,
    limits: (limits) => ({ ...limits, orphans: ORPHANS }),
  });
  const callSids = Array.from({ length: calls }, newCallSid);
  const abandon = async () => {
    for (const callSid of callSids) {
      await db.execute(sql`insert into active_calls (call_sid, status, instance_id, started_at, heartbeat_at)
        values (${callSid}, 'in-progress', 'dead', now() - interval '1 minute', now() - interval '1 minute')`);
    }
  };
  return { service: a, twilio: a.standIns.twilio, callSids, abandon };
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
