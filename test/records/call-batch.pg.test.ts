import { describe, expect, it } from 'vitest';
import type { CallSid } from '../../src/call/ids.ts';
import { NO_USAGE } from '../../src/call/model-usage.ts';
import { nothingPending, type PendingCall, writeBatch } from '../../src/records/call-batch.ts';
import { openTestDatabase } from '../support/database.ts';
import { newCallSid } from '../support/people.ts';

const WRITERS = 6;
const ROUNDS = 20;

describe('instances that write of the same calls at once', () => {
  it('wait for each other, and none has to begin again', async () => {
    const { db } = await openTestDatabase();
    const callSids = Array.from({ length: 12 }, newCallSid);
    const pendingOf = (callSid: CallSid, kind: number): PendingCall => {
      const call = { callSid, userId: null, from: null, to: null, startedAt: 1_000 };
      const state = { call, owner: null, priors: null, status: 'in-progress', risk: 'low', scamType: 'none' } as const;
      if (kind === 0) return { ...nothingPending(), registered: call };
      if (kind === 1)
        return { ...nothingPending(), state: { ...state, blindMs: 0, modelUsage: NO_USAGE, endedAt: null } };
      if (kind === 2) return { ...nothingPending(), taken: { call, at: 2_000 } };
      return { ...nothingPending(), endedAt: 3_000 };
    };
    await writeBatch(db, new Map(callSids.map((callSid) => [callSid, pendingOf(callSid, 0)])), 'first');
    const writer = async (number: number): Promise<void> => {
      for (let round = 0; round < ROUNDS; round++) {
        // Each puts every call into another of its statements.
        const batch = callSids.map(
          (callSid, index) => [callSid, pendingOf(callSid, (index + number + round) % 4)] as const,
        );
        await writeBatch(db, new Map(batch), `writer ${number}`);
      }
    };
    const written = await Promise.allSettled(Array.from({ length: WRITERS }, (_, number) => writer(number)));
    expect(written.filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});
