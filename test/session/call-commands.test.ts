import { describe, expect, it } from 'vitest';
import type { SharedChannels } from '../../src/feed/shared-channels.ts';
import type { CallControlResult } from '../../src/intervention/call-control.ts';
import { createCallCommands } from '../../src/session/call-commands.ts';
import type { CarrierMessage } from '../../src/transcription/carrier-recogniser.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { newCallSid } from '../support/people.ts';

const LIMITS = { takenMs: 1_000, doneMs: 6_000, lateMs: 1_000 };
const ENDED: CallControlResult = { ok: true, wasOver: false };
const WAS_OVER: CallControlResult = { ok: true, wasOver: true };
const REFUSED: CallControlResult = {
  ok: false,
  failure: { provider: 'twilio', code: '20500', message: 'no', retryable: true },
};
const CALL_SID = newCallSid();
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Two instances, of which B holds the call, and a carrier that hangs up once. */
function start() {
  const clock = createFakeClock();
  const listeners = new Map<string, (text: string) => void>();
  /** What is on the way to an instance whose process stands still. */
  const heldBack: Array<() => void> = [];
  const stalled = new Set<string>();
  let isAway = false;
  const channels: SharedChannels = {
    isSharded: false,
    async publish(channel, text) {
      if (isAway) throw new Error('away');
      const listener = listeners.get(channel);
      if (listener === undefined) return 0;
      if (stalled.has(channel)) heldBack.push(() => listener(text));
      else listener(text);
      return 1;
    },
    listen: (channel, listener) => listeners.set(channel, listener),
  };
  const held = new Set<string>();
  const asked: string[] = [];
  const ended: string[] = [];
  const heard: Array<[instanceId: string, message: CarrierMessage]> = [];
  let lost = 0;
  let isOver = false;
  let refusing = false;
  let hasSilentCarrier = false;
  const instance = (instanceId: string, holder: string | null, shared: SharedChannels | null = channels) =>
    createCallCommands({
      channels: shared,
      instanceId,
      calls: {
        has: () => held.has(instanceId),
        end: async () => void ended.push(instanceId),
      },
      control: {
        async endCall() {
          asked.push(instanceId);
          if (hasSilentCarrier) await new Promise(() => undefined);
          if (refusing) return REFUSED;
          const result = isOver ? WAS_OVER : ENDED;
          isOver = true;
          return result;
        },
      },
      transcribed: (message) => heard.push([instanceId, message]),
      holderOf: async () => holder,
      clock,
      limits: LIMITS,
      observer: {
        endedCall: () => undefined,
        brokenCommand: () => undefined,
        wordsLost: () => {
          lost += 1;
        },
      },
    });
  held.add('b');
  return {
    clock,
    instance,
    held,
    asked,
    ended,
    heard,
    lost: () => lost,
    over: () => {
      isOver = true;
    },
    refuse: () => {
      refusing = true;
    },
    away: () => {
      isAway = true;
    },
    stall: (name: string) => stalled.add(`ethiq:instance:${name}`),
    goOn() {
      stalled.clear();
      for (const arrive of heldBack.splice(0)) arrive();
    },
    silenceCarrier: (isSilent: boolean) => {
      hasSilentCarrier = isSilent;
    },
  };
}

describe('a call that another instance holds is ended', () => {
  it('by its holder alone, whose session ends with it', async () => {
    const { instance, asked, ended } = start();
    instance('b', 'b');
    expect(await instance('a', 'b').endCall(CALL_SID)).toEqual(ENDED);
    expect(asked).toEqual(['b']);
    expect(ended).toEqual(['b']);
  });

  it.each([
    ['over already', 'over', WAS_OVER],
    ['not to be ended', 'refuse', REFUSED],
  ] as const)('with the holder’s answer when it is %s', async (_how, what, result) => {
    const test = start();
    test[what]();
    test.instance('b', 'b');
    expect(await test.instance('a', 'b').endCall(CALL_SID)).toEqual(result);
    expect(test.asked).toEqual(['b']);
  });

  it('by the one that was asked, at once, when the holder is dead, has lost the call, or is not known', async () => {
    const dead = start();
    expect(await dead.instance('a', 'b').endCall(CALL_SID)).toEqual(ENDED);
    const moved = start();
    moved.held.clear();
    moved.instance('b', 'b');
    expect(await moved.instance('a', 'b').endCall(CALL_SID)).toEqual(ENDED);
    const unknown = start();
    expect(await unknown.instance('a', null).endCall(CALL_SID)).toEqual(ENDED);
    expect([...dead.asked, ...moved.asked, ...unknown.asked]).toEqual(['a', 'a', 'a']);
  });

  it('by the one that was asked when Redis is away, or there is none', async () => {
    const { instance, away, asked } = start();
    away();
    instance('b', 'b');
    expect(await instance('a', 'b').endCall(CALL_SID)).toEqual(ENDED);
    expect(await instance('c', 'b', null).endCall(CALL_SID)).toEqual(WAS_OVER);
    expect(asked).toEqual(['a', 'c']);
  });

  it('by the one that was asked when the holder does not say within a second that it does', async () => {
    const { instance, stall, clock, asked } = start();
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
    const { instance, silenceCarrier, clock, asked } = start();
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
    const { instance, stall, goOn, clock, asked } = start();
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
    const { instance, stall, goOn, clock, asked } = start();
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
    const { instance, stall, clock, over } = start();
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
    const { instance, away, asked } = start();
    away();
    expect(await instance('b', 'a').endCall(CALL_SID)).toEqual(ENDED);
    expect(asked).toEqual(['b']);
  });
});

describe('words of the carrier’s recogniser', () => {
  const words = (sequence: number): CarrierMessage => ({
    callSid: CALL_SID,
    startId: 's1',
    sequence,
    event: { type: 'final', text: `word ${sequence}` },
  });

  it('go to the instance that started it, in order, and to no other', async () => {
    const { instance, heard, lost } = start();
    instance('b', 'b');
    const a = instance('a', 'b');
    for (const sequence of [1, 2, 3]) a.transcribed({ ...words(sequence), instanceId: 'b' });
    await settled();
    expect(heard).toEqual([1, 2, 3].map((sequence) => ['b', words(sequence)]));
    expect(lost()).toBe(0);
  });

  it.each(['b', null])('stay where they arrive when that is it, or nobody is named (%j)', async (instanceId) => {
    const { instance, away, heard } = start();
    away();
    instance('b', 'b').transcribed({ ...words(1), instanceId });
    expect(heard).toEqual([['b', words(1)]]);
  });

  it('are counted as lost when that instance is dead, or Redis is away', async () => {
    const { instance, away, heard, lost } = start();
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
