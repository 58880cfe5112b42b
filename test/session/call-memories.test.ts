import { describe, expect, it } from 'vitest';
import { callSidSchema } from '../../src/call/ids.ts';
import { createCallMemories } from '../../src/session/call-memories.ts';
import { type CallMemory, encodeCallMemory, type SharedCopies } from '../../src/session/call-memory.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const CALL_SID = callSidSchema.parse(`CA${'0'.repeat(32)}`);
const memory = (more: Partial<CallMemory> = {}): CallMemory => ({
  instanceId: 'a',
  phase: 'live',
  firstAudioAt: 1,
  answeredUntil: 2,
  blindMs: 0,
  utterances: 3,
  raised: ['high'],
  scoring: { utterances: [], facts: [], stories: ['romance'], summary: '', tokens: 10 },
  ...more,
});
const TTL_MS = 60_000;
const LEASE_MS = 5_000;
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Copies whose every write and read waits for the test. */
function start(rebuilt: CallMemory | null = null) {
  const clock = createFakeClock();
  const texts = new Map<string, { readonly text: string; readonly atMs: number }>();
  const writes: Array<() => void> = [];
  let isAway = false;
  const copies: SharedCopies = {
    write: (key, text) =>
      new Promise((resolve) => {
        writes.push(() => {
          texts.set(key, { text, atMs: clock.monotonicMs() });
          resolve();
        });
      }),
    async read(key) {
      if (isAway) throw new Error('away');
      const kept = texts.get(key);
      return kept === undefined ? null : { text: kept.text, leftMs: kept.atMs + TTL_MS - clock.monotonicMs() };
    },
    async remove(key) {
      texts.delete(key);
    },
  };
  const failures: unknown[] = [];
  const memories = createCallMemories({
    copies,
    rebuild: async () => rebuilt,
    leases: { holder: async () => rebuilt?.instanceId ?? null },
    clock,
    limits: { recallMs: 1_500, settleMs: 1_000, ttlMs: TTL_MS, leaseMs: LEASE_MS },
    onFailure: (error) => failures.push(error),
  });
  const put = (text: string) => texts.set(`ethiq:call:${CALL_SID}`, { text, atMs: clock.monotonicMs() });
  return { clock, memories, writes, failures, put, away: () => (isAway = true) };
}

describe('the memory of a call', () => {
  it('is what was saved last, written one at a time', async () => {
    const { memories, writes } = start();
    for (const utterances of [1, 2, 3]) memories.save(CALL_SID, memory({ utterances }));
    expect(writes).toHaveLength(1);
    writes[0]?.();
    await settled();
    expect(writes).toHaveLength(2);
    writes[1]?.();
    await memories.flush(CALL_SID);
    expect(await memories.recall(CALL_SID)).toEqual(memory({ utterances: 3 }));
  });

  it('waits for the last words of an instance that is leaving', async () => {
    const { clock, memories, put } = start();
    put(encodeCallMemory(memory({ phase: 'leaving' })));
    const recalled = memories.recall(CALL_SID);
    await settled();
    put(encodeCallMemory(memory({ phase: 'left', utterances: 4 })));
    clock.advance(50);
    expect(await recalled).toEqual(memory({ phase: 'left', utterances: 4 }));
  });

  it('does not wait for ever', async () => {
    const { clock, memories, put } = start();
    put(encodeCallMemory(memory({ phase: 'leaving' })));
    const recalled = memories.recall(CALL_SID);
    for (let waitedMs = 0; waitedMs < 1_500; waitedMs += 50) {
      await settled();
      clock.advance(50);
    }
    expect(await recalled).toMatchObject({ phase: 'leaving' });
  });

  it.each(['', '{', '{"instanceId":"a"}'])('is built from the record when the copy is none: %j', async (text) => {
    const { clock, memories, put } = start(memory({ instanceId: 'record' }));
    put(text);
    const recalled = memories.recall(CALL_SID);
    await settled();
    clock.advance(1_000);
    expect(await recalled).toMatchObject({ instanceId: 'record' });
  });

  it('is built from the record while Redis is away', async () => {
    const { clock, memories, away, failures } = start(memory({ instanceId: 'record' }));
    away();
    const recalled = memories.recall(CALL_SID);
    await settled();
    clock.advance(1_000);
    expect(await recalled).toMatchObject({ instanceId: 'record' });
    expect(failures).toHaveLength(1);
  });
});

describe('a copy that nobody could write for a while', () => {
  it.each([
    ['the record, when that has come further', 7, 'record'],
    ['the copy, when that has', 2, 'a'],
  ])('gives way to %s', async (_which, recorded, instanceId) => {
    const { clock, memories, put } = start(memory({ instanceId: 'record', utterances: recorded }));
    put(encodeCallMemory(memory()));
    clock.advance(LEASE_MS);
    const recalled = memories.recall(CALL_SID);
    await settled();
    clock.advance(1_000);
    expect(await recalled).toMatchObject({ instanceId });
  });
});

describe('the holder of a call', () => {
  it('is who wrote its copy last, as long as that is fresh; then whom the record names', async () => {
    const { clock, memories, put } = start(memory({ instanceId: 'record' }));
    put(encodeCallMemory(memory()));
    clock.advance(LEASE_MS - 1);
    expect(await memories.holder(CALL_SID)).toBe('a');
    clock.advance(1);
    expect(await memories.holder(CALL_SID)).toBe('record');
  });

  it('is who wrote the copy when the record knows nobody', async () => {
    const { clock, memories, put } = start();
    expect(await memories.holder(CALL_SID)).toBeNull();
    put(encodeCallMemory(memory()));
    clock.advance(LEASE_MS);
    expect(await memories.holder(CALL_SID)).toBe('a');
  });

  it('holds it while its copy is fresh and its stream open', async () => {
    const { clock, memories, put, away } = start();
    expect(await memories.isHeld(CALL_SID)).toBe(false);
    put(encodeCallMemory(memory({ phase: 'leaving' })));
    expect(await memories.isHeld(CALL_SID)).toBe(false);
    put(encodeCallMemory(memory()));
    clock.advance(LEASE_MS - 1);
    expect(await memories.isHeld(CALL_SID)).toBe(true);
    clock.advance(1);
    expect(await memories.isHeld(CALL_SID)).toBe(false);
    away();
    expect(await memories.isHeld(CALL_SID)).toBeNull();
  });
});
