import { describe, expect, it } from 'vitest';
import type { CallSid } from '../../src/call/ids.ts';
import { startOrphanWatch } from '../../src/session/orphaned-calls.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { newCallSid } from '../support/people.ts';
import { settled } from '../support/settled.ts';

const LIMITS = { everyMs: 2_500, silentMs: 5_000, expiredMs: 10_000, limit: 100, endedStreams: 100 };

/** One instance that looks around for longer than leases last, and calls that others hold or held. */
async function start() {
  const clock = createFakeClock();
  /** When each call's holder was last heard of, in the record. */
  const heardAt = new Map<CallSid, number>();
  /** What the copies say; null: they cannot be asked. */
  let copies: Set<CallSid> | null = new Set();
  const attended = new Set<CallSid>();
  let isAway = false;
  let looks = 0;
  const resumed: CallSid[] = [];
  const watch = startOrphanWatch({
    calls: { attended: () => [...attended] },
    leases: {
      holder: async () => null,
      async renew() {
        if (isAway) throw new Error('away');
      },
      silent: async ({ silentMs }) =>
        [...heardAt]
          .map(([callSid, atMs]) => ({ callSid, silentMs: clock.monotonicMs() - atMs }))
          .filter((call) => call.silentMs > silentMs),
      async take(callSids, silentMs) {
        if (callSids.length > 0) looks += 1;
        const taken = callSids.filter(
          (callSid) => clock.monotonicMs() - (heardAt.get(callSid) ?? clock.monotonicMs()) >= silentMs,
        );
        for (const callSid of taken) heardAt.set(callSid, clock.monotonicMs());
        return taken.map((callSid) => ({ callSid, endedAt: null }));
      },
      close: async () => undefined,
    },
    memories: { isHeld: async (callSid) => copies?.has(callSid) ?? null, recall: async () => null },
    control: {
      async resumeCall(callSid) {
        resumed.push(callSid);
        return { ok: true, wasOver: false };
      },
    },
    recorder: { over: () => undefined, utterance: () => undefined },
    clock,
    limits: LIMITS,
    observer: {
      orphan: () => undefined,
      unheard: () => undefined,
      controlFailed: () => undefined,
      leasesFailed: () => undefined,
    },
  });
  async function pass(ms: number) {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      await settled();
    }
  }
  await pass(15_000);
  return {
    clock,
    pass,
    resumed,
    watch,
    attended,
    /** Its row says that it is over, or that its holder is alive. */
    settle: (callSid: CallSid) => heardAt.delete(callSid),
    /** How often the record was asked for a call that nobody may hold. */
    looks: () => looks,
    /** A call that was heard of until now. */
    call() {
      const callSid = newCallSid();
      heardAt.set(callSid, clock.monotonicMs());
      return callSid;
    },
    copies: (held: Set<CallSid> | null) => {
      copies = held;
    },
    away: (away: boolean) => {
      isAway = away;
    },
  };
}

describe('a call whose instance died', () => {
  it('is found once both the record and the copies are silent for two heartbeats', async () => {
    const { call, pass, resumed } = await start();
    const callSid = call();
    await pass(LIMITS.silentMs);
    expect(resumed).toEqual([]);
    await pass(LIMITS.everyMs);
    expect(resumed).toEqual([callSid]);
  });

  it('is found by the record alone, later, when the copies cannot be asked', async () => {
    const { call, copies, pass, resumed } = await start();
    copies(null);
    const callSid = call();
    await pass(LIMITS.expiredMs - 500);
    expect(resumed).toEqual([]);
    await pass(LIMITS.everyMs);
    expect(resumed).toEqual([callSid]);
  });

  it('is not looked for until the living had time to renew their leases after an outage', async () => {
    const { call, away, pass, resumed } = await start();
    away(true);
    const callSid = call();
    await pass(60_000);
    away(false);
    await pass(LIMITS.expiredMs);
    expect(resumed).toEqual([]);
    await pass(LIMITS.everyMs);
    expect(resumed).toEqual([callSid]);
  });
});

describe('a call whose holder lives', () => {
  it('is left alone while Redis hears of it, though Postgres does not', async () => {
    const { call, copies, pass, resumed } = await start();
    copies(new Set([call()]));
    await pass(60_000);
    expect(resumed).toEqual([]);
  });
});

describe('a stream that has ended', () => {
  it('and left its call to nobody is asked for again, once, sooner than a sweep without Redis would', async () => {
    const { call, copies, pass, watch, resumed } = await start();
    copies(null);
    const callSid = call();
    watch.streamEnded(callSid);
    watch.streamEnded(callSid);
    await pass(LIMITS.silentMs);
    expect(resumed).toEqual([callSid]);
    await pass(LIMITS.silentMs - 500);
    expect(resumed).toEqual([callSid]);
  });

  it('because its call is over costs one look at the record, and no question to the carrier', async () => {
    const { call, settle, pass, watch, resumed, looks } = await start();
    const callSid = call();
    settle(callSid);
    watch.streamEnded(callSid);
    await pass(3 * LIMITS.silentMs);
    expect(looks()).toBe(1);
    expect(resumed).toEqual([]);
  });

  it('of a call that has a stream, or its last words, here or elsewhere costs the record nothing', async () => {
    const { call, settle, copies, attended, pass, watch, resumed, looks } = await start();
    const [here, elsewhere] = [call(), call()];
    for (const callSid of [here, elsewhere]) settle(callSid);
    attended.add(here);
    copies(new Set([elsewhere]));
    for (const callSid of [here, elsewhere]) watch.streamEnded(callSid);
    await pass(3 * LIMITS.silentMs);
    expect(looks()).toBe(0);
    expect(resumed).toEqual([]);
  });

  it('during an outage of the record is left to the sweeps', async () => {
    const { call, away, pass, watch, resumed } = await start();
    away(true);
    await pass(LIMITS.everyMs);
    watch.streamEnded(call());
    away(false);
    await pass(LIMITS.silentMs);
    expect(resumed).toEqual([]);
  });
});
