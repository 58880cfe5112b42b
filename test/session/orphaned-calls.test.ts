import { describe, expect, it } from 'vitest';
import type { CallSid } from '../../src/call/ids.ts';
import { startOrphanSweep } from '../../src/session/orphaned-calls.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { newCallSid } from '../support/people.ts';

const LIMITS = { everyMs: 2_500, silentMs: 5_000, expiredMs: 10_000, limit: 100 };
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

/** One instance that looks around for longer than leases last, and calls that others hold or held. */
async function start() {
  const clock = createFakeClock();
  /** When each call's holder was last heard of, in the record. */
  const heardAt = new Map<CallSid, number>();
  /** What the copies say; null: they cannot be asked. */
  let copies: Set<CallSid> | null = new Set();
  let isAway = false;
  const resumed: CallSid[] = [];
  const stop = startOrphanSweep({
    calls: { attended: () => [] },
    leases: {
      holder: async () => null,
      async renew() {
        if (isAway) throw new Error('away');
      },
      silent: async ({ silentMs }) =>
        [...heardAt]
          .map(([callSid, atMs]) => ({ callSid, silentMs: clock.monotonicMs() - atMs }))
          .filter((call) => call.silentMs > silentMs),
      async take(callSids) {
        for (const callSid of callSids) heardAt.set(callSid, clock.monotonicMs());
        return [...callSids];
      },
    },
    memories: { isHeld: async (callSid) => copies?.has(callSid) ?? null },
    control: {
      async resumeCall(callSid) {
        resumed.push(callSid);
        return { ok: true, wasOver: false };
      },
    },
    recorder: { over: () => undefined },
    clock,
    limits: LIMITS,
    observer: { orphan: () => undefined, controlFailed: () => undefined, leasesFailed: () => undefined },
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
    stop,
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
