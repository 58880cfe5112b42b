import { describe, expect, it } from 'vitest';
import { settled } from '../support/settled.ts';
import { CALL_SID, ENDED, LIMITS, REFUSED, startInstances, WAS_OVER } from '../support/two-instances.ts';

describe('a call that another instance holds is ended', () => {
  it('by its holder alone, whose session ends with it', async () => {
    const { instance, asked, ended } = startInstances();
    instance('b', 'b');
    expect(await instance('a', 'b').endCall(CALL_SID)).toEqual(ENDED);
    expect(asked).toEqual(['b']);
    expect(ended).toEqual(['b']);
  });

  it.each([
    ['over already', 'over', WAS_OVER],
    ['not to be ended', 'refuse', REFUSED],
  ] as const)('with the holder’s answer when it is %s', async (_how, what, result) => {
    const test = startInstances();
    test[what]();
    test.instance('b', 'b');
    expect(await test.instance('a', 'b').endCall(CALL_SID)).toEqual(result);
    expect(test.asked).toEqual(['b']);
  });

  it('by the one that was asked, at once, when the holder is dead, has lost the call, or is not known', async () => {
    const dead = startInstances();
    expect(await dead.instance('a', 'b').endCall(CALL_SID)).toEqual(ENDED);
    const moved = startInstances();
    moved.held.clear();
    moved.instance('b', 'b');
    expect(await moved.instance('a', 'b').endCall(CALL_SID)).toEqual(ENDED);
    const unknown = startInstances();
    expect(await unknown.instance('a', null).endCall(CALL_SID)).toEqual(ENDED);
    expect([...dead.asked, ...moved.asked, ...unknown.asked]).toEqual(['a', 'a', 'a']);
  });

  it('by the one that was asked when Redis is away, or there is none', async () => {
    const { instance, away, asked } = startInstances();
    away();
    instance('b', 'b');
    expect(await instance('a', 'b').endCall(CALL_SID)).toEqual(ENDED);
    expect(await instance('c', 'b', null).endCall(CALL_SID)).toEqual(WAS_OVER);
    expect(asked).toEqual(['a', 'c']);
  });

  it('by the one that was asked when the holder does not say within a second that it does', async () => {
    const { instance, stall, clock, asked } = startInstances();
    stall('b');
    instance('b', 'b');
    const ending = instance('a', 'b').endCall(CALL_SID);
    await settled();
    clock.advance(LIMITS.takenMs - 1);
    await settled();
    expect(asked).toEqual([]);
    clock.advance(1);
    expect(await ending).toEqual(ENDED);
  });

  it('by the one that was asked when the holder dies over it', async () => {
    const { instance, silenceCarrier, clock, asked } = startInstances();
    silenceCarrier(true);
    instance('b', 'b');
    const ending = instance('a', 'b').endCall(CALL_SID);
    await settled();
    clock.advance(LIMITS.takenMs);
    await settled();
    expect(asked).toEqual(['b']);
    silenceCarrier(false);
    clock.advance(LIMITS.doneMs);
    expect(await ending).toEqual(ENDED);
    expect(asked).toEqual(['b', 'a']);
  });
});

describe('a holder that is late', () => {
  it('and was the one who ended the call has the word', async () => {
    const { instance, stall, goOn, clock, asked } = startInstances();
    stall('a'); // B hangs up, and its answers are on the way
    instance('b', 'b');
    const ending = instance('a', 'b').endCall(CALL_SID);
    await settled();
    expect(asked).toEqual(['b']);
    clock.advance(LIMITS.takenMs);
    await settled();
    expect(asked).toEqual(['b', 'a']);
    goOn();
    expect(await ending).toEqual(ENDED);
  });

  it('and found the call over, as the one that was asked had ended it, changes nothing', async () => {
    const { instance, stall, goOn, clock, asked } = startInstances();
    stall('b');
    instance('b', 'b');
    const ending = instance('a', 'b').endCall(CALL_SID);
    await settled();
    clock.advance(LIMITS.takenMs);
    expect(await ending).toEqual(ENDED);
    goOn();
    await settled();
    expect(asked).toEqual(['a', 'b']);
  });

  it('and never answers leaves it at what the carrier said: the call is over', async () => {
    const { instance, stall, clock, over } = startInstances();
    over();
    stall('b');
    instance('b', 'b');
    const ending = instance('a', 'b').endCall(CALL_SID);
    await settled();
    clock.advance(LIMITS.takenMs);
    await settled();
    clock.advance(LIMITS.lateMs);
    expect(await ending).toEqual(WAS_OVER);
  });
});

describe('a call that this instance holds', () => {
  it('is ended here, and nobody is asked', async () => {
    const { instance, away, asked } = startInstances();
    away();
    expect(await instance('b', 'a').endCall(CALL_SID)).toEqual(ENDED);
    expect(asked).toEqual(['b']);
  });
});
