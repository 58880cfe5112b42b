import { describe, expect, it } from 'vitest';
import type { CarrierMessage } from '../../src/transcription/carrier-recogniser.ts';
import { settled } from '../support/settled.ts';
import { CALL_SID, startInstances } from '../support/two-instances.ts';

describe('words of the carrier’s recogniser', () => {
  const words = (sequence: number): CarrierMessage => ({
    callSid: CALL_SID,
    startId: 's1',
    sequence,
    event: { type: 'final', text: `word ${sequence}` },
  });

  it('go to the instance that started it, in order, and to no other', async () => {
    const { instance, heard, lost } = startInstances();
    instance('b', 'b');
    const a = instance('a', 'b');
    for (const sequence of [1, 2, 3]) a.transcribed({ ...words(sequence), instanceId: 'b' });
    await settled();
    expect(heard).toEqual([1, 2, 3].map((sequence) => ['b', words(sequence)]));
    expect(lost()).toBe(0);
  });

  it.each(['b', null])('stay where they arrive when that is it, or nobody is named (%j)', async (instanceId) => {
    const { instance, away, heard } = startInstances();
    away();
    instance('b', 'b').transcribed({ ...words(1), instanceId });
    expect(heard).toEqual([['b', words(1)]]);
  });

  it('are counted as lost when that instance is dead, or Redis is away', async () => {
    const { instance, away, heard, lost } = startInstances();
    const a = instance('a', null);
    a.transcribed({ ...words(1), instanceId: 'b' });
    await settled();
    away();
    a.transcribed({ ...words(2), instanceId: 'b' });
    await settled();
    expect(heard).toEqual([]);
    expect(lost()).toBe(2);
  });
});
