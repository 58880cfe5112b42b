import { describe, expect, it } from 'vitest';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { NO_USAGE } from '../../src/call/model-usage.ts';
import type { Priors } from '../../src/call/priors.ts';
import { nothingPending, writeBatch } from '../../src/records/call-batch.ts';
import { createMemoryRebuild } from '../../src/records/postgres-call-memory.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, newCallSid } from '../support/people.ts';

describe('the memory that a record holds of a call', () => {
  it('knows until when the call was heard, though it rang before it was heard and lost audio since', async () => {
    const { db } = await openTestDatabase();
    const { call } = await createHousehold(db);
    const utterance = (number: number, endMs: number, spokenAt: number) => ({
      ...{ id: utteranceIdOf(number), speaker: 'caller' as const, text: 'hello', startMs: endMs - 500 },
      ...{ endMs, spokenAt: call.startedAt + spokenAt },
    });
    const utterances = [utterance(1, 1_000, 9_000), utterance(2, 4_000, 12_000)];
    await writeBatch(db, new Map([[call.callSid, { ...nothingPending(), registered: call, utterances }]]), 'a');
    const memory = await createMemoryRebuild(db)(call.callSid);
    expect(memory).toMatchObject({
      instanceId: 'a',
      firstAudioAt: call.startedAt + 8_000,
      answeredUntil: call.startedAt + 12_000,
    });
    expect(memory?.scoring.utterances.map(({ endMs }) => endMs)).toEqual([1_000, 4_000]);
    expect(memory?.utterances).toBe(2);
  });

  it('has what was known of the call beside its words, once it was known', async () => {
    const { db } = await openTestDatabase();
    const { call, owner } = await createHousehold(db);
    const known: Priors = { attestation: 'failed', caller: 'blocked', sensitivity: 'high', knownAtMs: 4_001 };
    const state = { call, owner, status: 'in-progress', risk: 'low', scamType: 'none', blindMs: 0 } as const;
    const remembered = async (priors: Priors | null) => {
      const pending = { ...nothingPending(), state: { ...state, priors, modelUsage: NO_USAGE, endedAt: null } };
      await writeBatch(db, new Map([[call.callSid, pending]]), 'a');
      return (await createMemoryRebuild(db)(call.callSid))?.scoring.priors;
    };
    expect(await remembered(null)).toBeNull();
    expect(await remembered(known)).toEqual(known);
    expect(await remembered(null)).toEqual(known);
  });

  it('is none of a call that nobody recorded', async () => {
    const { db } = await openTestDatabase();
    expect(await createMemoryRebuild(db)(newCallSid())).toBeNull();
  });
});
