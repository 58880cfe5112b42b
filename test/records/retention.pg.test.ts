import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { NO_USAGE } from '../../src/call/model-usage.ts';
import { createCallReader } from '../../src/records/call-reader.ts';
import { startRetention } from '../../src/records/retention.ts';
import { startWriteBehind } from '../../src/records/write-behind-recorder.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createHousehold } from '../support/people.ts';

const DAY_MS = 86_400_000;

describe('what is kept', () => {
  it('is the words for so many days, the call for so many, and live calls in any case', async () => {
    const { db } = await openTestDatabase();
    const clock = createFakeClock();
    const recorder = startWriteBehind(
      db,
      clock,
      'test',
      { flushMs: 250, longestRetryMs: 1_000, batchRows: 200, queue: 100 },
      {
        sliceBegins: () => undefined,
        dropped: () => undefined,
        failed: () => undefined,
      },
    );
    const endedDaysAgo = async (days: number | null) => {
      const { call: begun, owner } = await createHousehold(db);
      const endedAt = days === null ? null : Date.now() - days * DAY_MS;
      const call = endedAt === null ? begun : { ...begun, startedAt: endedAt - 60_000 };
      const status = days === null ? 'in-progress' : 'completed';
      const state = { risk: 'low', scamType: 'none', blindMs: 0, modelUsage: NO_USAGE, priors: null } as const;
      recorder.callState({ ...state, call, owner, status, endedAt });
      const utterance = { id: utteranceIdOf(1), speaker: 'unknown', text: 'hello', startMs: 0, endMs: 1 } as const;
      recorder.utterance(call.callSid, utterance, Date.now());
      await recorder.flush();
      return call.callSid;
    };
    const [live, recent, old, ancient] = [
      await endedDaysAgo(null),
      await endedDaysAgo(1),
      await endedDaysAgo(40),
      await endedDaysAgo(100),
    ];
    await db.execute(sql`update active_calls set started_at = now() - interval '1 year' where status = 'completed'`);
    const forgotten = await endedDaysAgo(null);
    await db.execute(
      sql`update active_calls set started_at = now() - interval '40 days' where call_sid = ${forgotten}`,
    );
    const failures: unknown[] = [];
    const stop = startRetention(db, clock, { transcriptDays: 30, callDays: 90, everyMs: 1_000 }, (error) =>
      failures.push(error),
    );
    const read = createCallReader(db);
    await eventually(async () => (await read(ancient)) === null);
    await eventually(async () => (await read(old))?.transcript.length === 0);
    expect((await read(recent))?.transcript).toHaveLength(1);
    expect(await read(live)).toMatchObject({ status: 'in-progress', transcript: [{ text: 'hello' }] });
    expect(await read(forgotten)).toMatchObject({ status: 'completed', transcript: [] });
    expect(failures).toEqual([]);
    stop();
  });

  it('is forgotten of any number of calls', async () => {
    const { db } = await openTestDatabase();
    for (const [prefix, days] of [
      ['old', 40],
      ['ancient', 100],
    ]) {
      await db.execute(sql`insert into active_calls (call_sid, status, instance_id, started_at, ended_at)
        select ${prefix}::text || n, 'completed', 'test', ended_at, ended_at
        from generate_series(1, 250) n, (select now() - ${days} * interval '1 day' as ended_at) then_`);
    }
    await db.execute(sql`insert into transcription_events
      (call_id, utterance_number, speaker, text, start_ms, end_ms, spoken_at)
      select call_sid, 1, 'caller', 'hello', 0, 1, started_at from active_calls`);
    const failures: unknown[] = [];
    const limits = { transcriptDays: 30, callDays: 90, everyMs: 1_000 };
    const stop = startRetention(db, createFakeClock(), limits, (error) => failures.push(error));
    const count = async (table: 'active_calls' | 'transcription_events') =>
      (await db.execute(sql`select 1 from ${sql.identifier(table)}`)).length;
    await eventually(async () => failures.length > 0 || (await count('transcription_events')) === 0);
    expect([failures, await count('active_calls')]).toEqual([[], 250]);
    stop();
  });
});
