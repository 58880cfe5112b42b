import { describe, expect, it } from 'vitest';
import { CALL_SID, LEASE_MS, memory, openMemories } from '../support/remembered-call.ts';

describe('the holder of a call', () => {
  it('is who wrote its copy last, as long as that is fresh; then whom the record names', async () => {
    const { clock, memories, put } = openMemories(memory({ instanceId: 'record' }));
    put(JSON.stringify(memory()));
    clock.advance(LEASE_MS - 1);
    expect(await memories.holder(CALL_SID)).toBe('a');
    clock.advance(1);
    expect(await memories.holder(CALL_SID)).toBe('record');
  });

  it('is who wrote the copy when the record knows nobody', async () => {
    const { clock, memories, put } = openMemories();
    expect(await memories.holder(CALL_SID)).toBeNull();
    put(JSON.stringify(memory()));
    clock.advance(LEASE_MS);
    expect(await memories.holder(CALL_SID)).toBe('a');
  });

  it('holds it while its copy is fresh and its stream open', async () => {
    const { clock, memories, put, setAway } = openMemories();
    expect(await memories.isHeld(CALL_SID)).toBe(false);
    put(JSON.stringify(memory({ phase: 'leaving' })));
    expect(await memories.isHeld(CALL_SID)).toBe(false);
    put(JSON.stringify(memory()));
    clock.advance(LEASE_MS - 1);
    expect(await memories.isHeld(CALL_SID)).toBe(true);
    clock.advance(1);
    expect(await memories.isHeld(CALL_SID)).toBe(false);
    setAway(true);
    expect(await memories.isHeld(CALL_SID)).toBeNull();
  });
});
