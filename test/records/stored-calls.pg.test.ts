import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/call/analysis.ts';
import { type AnalysisId, newId } from '../../src/call/ids.ts';
import { nothingPending, writeBatch } from '../../src/records/call-batch.ts';
import type { Database } from '../../src/records/database.ts';
import { createFeedbackStore } from '../../src/records/feedback-store.ts';
import { readStoredCalls, type StoredCall, type StoredCallsFilter } from '../../src/records/stored-calls.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, newAlert, newCallSid } from '../support/people.ts';

async function read(db: Database, filter: StoredCallsFilter): Promise<StoredCall[]> {
  const calls = [];
  for await (const call of readStoredCalls(db, filter)) calls.push(call);
  return calls;
}

/** A call with three verdicts that are written out of their order. */
async function storeCall(db: Database) {
  const { call, owner } = await createHousehold(db);
  const { analysis } = newAlert(call, owner);
  const { basis } = analysis;
  if (basis === null) throw new Error('no basis');
  const verdict = (number: number, atMs: number): Analysis => ({
    ...{ ...analysis, analysisId: newId<AnalysisId>(), atMs },
    basis: { ...basis, number },
  });
  const verdicts = [verdict(1, 1_000), verdict(2, 1_000), verdict(3, 2_000)] as const;
  const analyses = [verdicts[2], verdicts[1], verdicts[0]];
  await writeBatch(db, new Map([[call.callSid, { ...nothingPending(), registered: call, analyses }]]), 'test');
  return { call, verdicts };
}

describe('stored calls', () => {
  it('come with their verdicts as they were, in the order in which they fell', async () => {
    const { db } = await openTestDatabase();
    const { call, verdicts } = await storeCall(db);
    const { callSid, from, startedAt } = call;
    expect(await read(db, { callSids: [newCallSid(), callSid] })).toEqual([
      { callSid, from, startedAt: new Date(startedAt), feedback: [], verdicts },
    ]);
  });

  it('of an earlier version have verdicts of which nobody knows what they were made of', async () => {
    const { db } = await openTestDatabase();
    await storeCall(db);
    await db.execute(sql`update fraud_analyses set basis = null, weights_version = default`);
    const [call] = await read(db, {});
    expect(call?.verdicts.map(({ basis, weightsVersion }) => [basis, weightsVersion])).toEqual([
      [null, 'unknown'],
      [null, 'unknown'],
      [null, 'unknown'],
    ]);
  });

  it('are all there are, those since a moment, or those that are labelled', async () => {
    const { db } = await openTestDatabase();
    const [old, recent] = [await storeCall(db), await storeCall(db)].map(({ call }) => call.callSid);
    if (old === undefined || recent === undefined) throw new Error('no calls');
    await db.execute(sql`update active_calls set started_at = '2026-01-01' where call_sid = ${old}`);
    const found = async (filter: StoredCallsFilter) => (await read(db, filter)).map(({ callSid }) => callSid);
    expect(await found({})).toEqual([old, recent]);
    expect(await found({ since: new Date('2026-02-01') })).toEqual([recent]);
    expect(await found({ isLabelled: true })).toEqual([]);
    await createFeedbackStore(db).give(old, { verdict: 'scam', scamType: null, note: null });
    expect(await read(db, { isLabelled: true })).toMatchObject([{ callSid: old, feedback: [{ verdict: 'scam' }] }]);
  });
});
