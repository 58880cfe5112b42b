import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/call/analysis.ts';
import type { ScamType } from '../../src/call/facts.ts';
import { type AnalysisId, newId, utteranceIdOf } from '../../src/call/ids.ts';
import { NO_USAGE } from '../../src/call/model-usage.ts';
import type { Priors } from '../../src/call/priors.ts';
import { nothingPending, writeBatch } from '../../src/records/call-batch.ts';
import { createMemoryRebuild } from '../../src/records/postgres-call-memory.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, newAlert, newCallSid } from '../support/people.ts';

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

  it('has every story that was told, the likeliest first, also one that never was the likeliest', async () => {
    const { db } = await openTestDatabase();
    const { call, owner } = await createHousehold(db);
    const { analysis } = newAlert(call, owner);
    const told = (scamType: ScamType, stories: ScamType[], atMs: number): Analysis => ({
      ...{ ...analysis, analysisId: newId<AnalysisId>(), scamType, atMs },
      basis: analysis.basis && { ...analysis.basis, stories },
    });
    const analyses = [
      told('business_impersonation', ['business_impersonation', 'charity'], 1_000),
      told('tech_support', ['business_impersonation', 'charity', 'tech_support'], 2_000),
      { ...told('romance', [], 500), basis: null },
    ];
    await writeBatch(db, new Map([[call.callSid, { ...nothingPending(), registered: call, analyses }]]), 'a');
    const memory = await createMemoryRebuild(db)(call.callSid);
    expect(memory?.scoring.stories).toEqual(['tech_support', 'business_impersonation', 'charity', 'romance']);
  });

  it('is none of a call that nobody recorded', async () => {
    const { db } = await openTestDatabase();
    expect(await createMemoryRebuild(db)(newCallSid())).toBeNull();
  });
});
