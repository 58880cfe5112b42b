import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { watchLoopLoad } from '../../src/observability/loop-load.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const EVERY_MS = 1_000;
const LIMITS = { everyMs: EVERY_MS, busyFrom: 0.3, lateFromMs: 20, looks: 3 };
const NO_LAG = 0;
const HALF = 9;
const OVER = 21;

/** What is said after each look at such delays. */
function watch(lags: readonly number[]): { isLate: boolean[]; turns: number } {
  const clock = createFakeClock();
  let at = 0;
  let turns = 0;
  const onTurn = (): void => {
    turns += 1;
  };
  const load = watchLoopLoad(clock, LIMITS, onTurn, () => ({ utilization: 1, lagMs: lags[at++] ?? NO_LAG }));
  const isLate = lags.map(() => {
    clock.advance(EVERY_MS);
    return load.isLate();
  });
  load.stop();
  return { isLate, turns };
}

const lastOf = (lags: readonly number[]): boolean => watch(lags).isLate.at(-1) ?? false;
const anyLags = fc.array(
  fc.oneof(fc.constantFrom(NO_LAG, HALF, 15, OVER), fc.double({ min: 0, max: 1e6, noNaN: true })),
  {
    maxLength: 60,
  },
);

describe('an event loop', () => {
  it('is late when it was so three looks in a row', () => {
    expect(watch([OVER, OVER, OVER]).isLate).toEqual([false, false, true]);
    expect(watch([OVER, OVER, NO_LAG, OVER, OVER]).isLate).not.toContain(true);
  });

  it('keeps up again after three looks at less than half of the limit', () => {
    const late = [OVER, OVER, OVER];
    expect(watch([...late, 15, 15, 15, 15]).isLate.slice(3)).toEqual([true, true, true, true]);
    expect(watch([...late, HALF, HALF, HALF]).isLate.slice(3)).toEqual([true, true, false]);
  });

  it('is not late for one pause, however long, whichever looks it spoils', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(NO_LAG, HALF), { maxLength: 5 }),
        fc.integer({ min: 20 }),
        (before, pauseMs) => {
          expect(watch([...before, EVERY_MS, pauseMs, NO_LAG, NO_LAG]).isLate).not.toContain(true);
        },
      ),
    );
  });

  it('does not flap: between two turns are at least three looks, whatever the delays', () => {
    fc.assert(
      fc.property(anyLags, (lags) => {
        const { isLate, turns } = watch(lags);
        const turnedAt = isLate.flatMap((each, at) => (each === (isLate[at - 1] ?? false) ? [] : [at]));
        expect(turns).toBe(turnedAt.length);
        for (const [n, at] of turnedAt.entries())
          expect(at - (turnedAt[n - 1] ?? -1)).toBeGreaterThanOrEqual(LIMITS.looks);
      }),
    );
  });

  it('does not stay late: three looks without delay are enough, whatever came before', () => {
    fc.assert(
      fc.property(anyLags, (lags) => {
        expect(lastOf([...lags, NO_LAG, NO_LAG, NO_LAG])).toBe(false);
      }),
    );
  });
});

it('a process that works and never waits says so, and how late it is', async () => {
  const clock = createFakeClock();
  const load = watchLoopLoad(clock, LIMITS, () => undefined);
  await expect(load.probe?.()).resolves.toBeUndefined();
  for (let looks = 0; looks < LIMITS.looks; looks++) {
    for (let turns = 0; turns < 5; turns++) {
      const endsAtMs = performance.now() + 40;
      while (performance.now() < endsAtMs) Math.sqrt(endsAtMs);
      await new Promise((done) => setImmediate(done));
    }
    clock.advance(EVERY_MS);
  }
  expect(load.isBusy()).toBe(true);
  expect(load.isLate()).toBe(true);
  await expect(load.probe?.()).rejects.toThrow(/^\d+ ms late on the average of the last second$/);
  load.stop();
});
