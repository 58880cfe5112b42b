import { describe, expect, it } from 'vitest';
import { utteranceIdOf } from '../../src/call/ids.ts';
import type { CallMemory } from '../../src/session/call-memory.ts';
import { CALL_SID, LEASE_MS, memory, openMemories, STEP_MS } from '../support/remembered-call.ts';
import { settled } from '../support/settled.ts';

describe('the memory of a call', () => {
  it('is what was saved last, written one at a time', async () => {
    const { memories, writes } = openMemories();
    for (const utterances of [1, 2, 3]) memories.save(CALL_SID, memory({ phase: 'left', utterances }));
    expect(writes).toHaveLength(1);
    writes[0]?.();
    await settled();
    expect(writes).toHaveLength(2);
    writes[1]?.();
    await memories.flush(CALL_SID);
    expect(await memories.recall(CALL_SID)).toEqual(memory({ phase: 'left', utterances: 3 }));
  });

  it('is written whole when something was said, and else amended, as long as its copy is there', async () => {
    const { memories, writes, lose } = openMemories();
    const first = memory({ phase: 'left' });
    const save = async (saved: CallMemory, wholeWrites: number): Promise<void> => {
      const before = writes.length;
      memories.save(CALL_SID, saved);
      await settled();
      expect(writes).toHaveLength(wholeWrites);
      writes[before]?.();
      await memories.flush(CALL_SID);
      expect(await memories.recall(CALL_SID)).toEqual(saved);
    };
    await save(first, 1);
    const later = { ...first, answeredUntil: 3, scoring: { ...first.scoring, summary: 'more' } };
    await save(later, 1);
    await save({ ...later, answeredUntil: 4, language: null }, 1);
    const said = { id: utteranceIdOf(4), speaker: 'caller', text: 'more', startMs: 0, endMs: 1 } as const;
    const last = { ...later, scoring: { ...later.scoring, utterances: [said] } };
    await save(last, 2);
    await save({ ...last, answeredUntil: 5 }, 2);
    lose();
    await save({ ...last, answeredUntil: 6 }, 3);
    await save({ ...last, answeredUntil: 7 }, 3);
    await save({ ...last, heldSince: 2 }, 4);
  });

  it('waits for the last words of an instance that is leaving', async () => {
    const { memories, put, letPass } = openMemories();
    put(JSON.stringify(memory({ phase: 'leaving' })));
    const recalled = memories.recall(CALL_SID);
    await settled();
    put(JSON.stringify(memory({ phase: 'left', utterances: 4 })));
    await letPass(STEP_MS);
    expect(await recalled).toEqual(memory({ phase: 'left', utterances: 4 }));
  });

  it('does not wait for ever', async () => {
    const { memories, put, letPass } = openMemories();
    put(JSON.stringify(memory({ phase: 'leaving' })));
    const recalled = memories.recall(CALL_SID);
    await letPass(1_500);
    expect(await recalled).toMatchObject({ phase: 'leaving' });
  });

  it.each(['', '{', '{"instanceId":"a"}'])('is built from the record when the copy is none: %j', async (text) => {
    const { memories, put, letPass } = openMemories(memory({ instanceId: 'record' }));
    put(text);
    const recalled = memories.recall(CALL_SID);
    await letPass(1_100);
    expect(await recalled).toMatchObject({ instanceId: 'record' });
  });

  it('is built from the record while Redis is away', async () => {
    const { memories, setAway, letPass, failures } = openMemories(memory({ instanceId: 'record' }));
    setAway(true);
    const recalled = memories.recall(CALL_SID);
    await letPass(1_100);
    expect(await recalled).toMatchObject({ instanceId: 'record' });
    expect(failures).not.toHaveLength(0);
  });

  it('is the copy of a Redis that is back in time', async () => {
    const { memories, setAway, letPass, put } = openMemories();
    put(JSON.stringify(memory({ instanceId: 'copy' })));
    setAway(true);
    const recalled = memories.recall(CALL_SID);
    await letPass(500);
    setAway(false);
    await letPass(600);
    expect(await recalled).toMatchObject({ instanceId: 'copy' });
  });

  it('is built from the record where that is later than the copy', async () => {
    const { memories, put, letPass } = openMemories(memory({ instanceId: 'record', answeredUntil: 3 }));
    put(JSON.stringify(memory({ instanceId: 'copy', answeredUntil: 2 })));
    const recalled = memories.recall(CALL_SID);
    await letPass(100);
    expect(await recalled).toMatchObject({ instanceId: 'record' });
  });

  it.each([
    ['copy', 4, 3],
    ['record', 3, 4],
  ])(
    'is taken from the %s where that knows of more words, whatever the clocks say',
    async (source, ofCopy, ofRecord) => {
      const clocks = (of: string) => ({ instanceId: of, answeredUntil: of === source ? 2 : 3 });
      const { memories, put, letPass } = openMemories(memory({ ...clocks('record'), utterances: ofRecord }));
      put(JSON.stringify(memory({ ...clocks('copy'), utterances: ofCopy })));
      const recalled = memories.recall(CALL_SID);
      await letPass(100);
      expect(await recalled).toMatchObject({ instanceId: source });
    },
  );

  it('is taken from the copy of an instance of the version before', async () => {
    const { memories, put } = openMemories();
    const { unread, priors, spend, ...scoring } = memory({}).scoring;
    const { language, ...before } = memory({ phase: 'left' });
    put(JSON.stringify({ ...before, scoring: { ...scoring, tokens: 60_000 } }));
    expect(await memories.recall(CALL_SID)).toMatchObject({ utterances: 3, scoring: { stories: ['romance'] } });
  });

  it('of an instance that has left goes on with the next utterance', async () => {
    const { memories, put } = openMemories();
    put(JSON.stringify(memory({ phase: 'left', utterances: 3 })));
    expect(await memories.recall(CALL_SID)).toMatchObject({ utterances: 3 });
  });

  it('of an instance that has not goes on with other numbers, each time', async () => {
    const { memories, put, letPass } = openMemories();
    const recall = async () => {
      put(JSON.stringify(memory({ phase: 'live', utterances: 3 })));
      const recalled = memories.recall(CALL_SID);
      await letPass(200);
      const known = await recalled;
      return known === null || known === 'unknown' ? 0 : known.utterances;
    };
    const first = await recall();
    expect(first).toBeGreaterThan(900);
    expect(await recall()).toBeGreaterThan(first);
  });

  it('is that of a record which is back in time', async () => {
    const { memories, letPass } = openMemories(memory({ instanceId: 'record' }), 2);
    const recalled = memories.recall(CALL_SID);
    await letPass(1_400);
    expect(await recalled).toMatchObject({ instanceId: 'record' });
  });

  it.each([
    ['nothing when both answer', false, 0, null],
    ['unknown when neither answers', true, 100, 'unknown'],
    ['unknown when the record does not answer', false, 100, 'unknown'],
    ['unknown when the record knows nothing and Redis does not answer', true, 0, 'unknown'],
  ] as const)('is %s', async (_what, isRedisAway, failuresOfRecord, known) => {
    const { memories, setAway, letPass } = openMemories(null, failuresOfRecord);
    setAway(isRedisAway);
    const recalled = memories.recall(CALL_SID);
    await letPass(1_600);
    expect(await recalled).toBe(known);
  });

  it('is asked for until somebody knows, up to the utterances that were given numbers meanwhile', async () => {
    const { memories, setAway, asked, letPass } = openMemories(memory({ instanceId: 'record' }), 30);
    setAway(true);
    const recalled = memories.recallLater(CALL_SID, 5_001, new AbortController().signal);
    await letPass(20_000);
    expect(await recalled).toMatchObject({ instanceId: 'record' });
    expect(asked).toEqual(asked.map(() => 5_001));
    expect(asked).toHaveLength(31);
  });

  it('is asked for no more when the call is over', async () => {
    const { memories, setAway, asked, letPass } = openMemories(null, 100);
    setAway(true);
    const over = new AbortController();
    const recalled = memories.recallLater(CALL_SID, 5_001, over.signal);
    over.abort();
    await letPass(5_000);
    expect(await recalled).toBe('unknown');
    expect(asked.length).toBeLessThan(20);
  });
});

describe('a copy that says that its instance has left', () => {
  it.each([
    ['is the last word while it is fresh', LEASE_MS - 1, 'copy'],
    ['gives way to a later record when it is old', LEASE_MS, 'record'],
  ])('%s', async (_what, ageMs, instanceId) => {
    const { clock, memories, put, letPass } = openMemories(memory({ instanceId: 'record', answeredUntil: 3 }));
    put(JSON.stringify(memory({ instanceId: 'copy', phase: 'left', answeredUntil: 2 })));
    clock.advance(ageMs);
    const recalled = memories.recall(CALL_SID);
    await letPass(1_100);
    expect(await recalled).toMatchObject({ instanceId });
  });
});
