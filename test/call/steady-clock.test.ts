import { describe, expect, it } from 'vitest';
import { createSteadyClock } from '../../src/call/steady-clock.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { settled } from '../support/settled.ts';

const HOUR_MS = 3_600_000;
const LIMITS = { stepMs: 1_000, apartMs: 2_000, compareMs: 10_000, answerMs: 1_000, stepShownMs: 300_000 };

function start() {
  const system = createFakeClock();
  const clock = createSteadyClock(system, LIMITS);
  const steps: number[] = [];
  const compared: number[] = [];
  const observer = {
    stepped: (byMs: number) => void steps.push(byMs),
    compared: (aheadMs: number) => void compared.push(aheadMs),
  };
  return { system, clock, steps, compared, observer };
}

/** The time that all share, as long as nothing jumps it. */
const sharedBy = (system: ReturnType<typeof createFakeClock>) => {
  const ahead = system.wallMs() - system.monotonicMs();
  return async () => system.monotonicMs() + ahead;
};

describe('a steady clock', () => {
  it('goes on as the system’s does, and follows its small corrections', () => {
    const { system, clock } = start();
    system.advance(1_234);
    expect(clock.wallMs()).toBe(system.wallMs());
    expect(clock.monotonicMs()).toBe(1_234);
    for (const byMs of [400, -999, 900]) {
      system.jump(byMs);
      expect(clock.wallMs()).toBe(system.wallMs());
    }
    expect(clock.trouble).toBeNull();
  });

  it.each([HOUR_MS, -HOUR_MS, 1_500])('does not jump with the system’s, by %i ms, and says that it did', (byMs) => {
    const { system, clock, steps, observer } = start();
    clock.follow(() => Promise.reject(new Error('away')), observer);
    const before = clock.wallMs();
    system.jump(byMs);
    expect(clock.wallMs()).toBe(before);
    system.advance(60_000);
    expect(clock.wallMs()).toBe(before + 60_000);
    expect(clock.trouble).toMatch(/^the system's clock (is|jumped) \d+ s (ahead|behind|back)/);
    expect(steps).toEqual([byMs]);
  });

  it('takes the shared time where it is apart from it, at once, and says so as long as it is', async () => {
    const { system, clock, compared, observer } = start();
    const shared = sharedBy(system);
    system.jump(HOUR_MS);
    const wrong = createSteadyClock(system, LIMITS);
    wrong.follow(shared, observer);
    await settled();
    expect(wrong.wallMs()).toBe(await shared());
    expect(compared).toEqual([HOUR_MS]);
    expect(wrong.trouble).toBe("the system's clock is 3600 s ahead");
    system.advance(2 * LIMITS.stepShownMs);
    await settled();
    expect(wrong.trouble).toBe("the system's clock is 3600 s ahead");
    system.jump(-HOUR_MS);
    expect(wrong.wallMs()).toBe(await shared());
    expect(wrong.trouble).toBe("the system's clock jumped 3600 s back, 0 s ago");
    system.advance(LIMITS.stepShownMs + 1);
    expect(wrong.trouble).toBeNull();
    expect(clock.monotonicMs()).toBe(system.monotonicMs());
  });

  it('takes the shared time after the machine slept: its monotonic clock slept as well', async () => {
    const { system, clock, observer } = start();
    let shared = system.wallMs();
    clock.follow(async () => shared, observer);
    await settled();
    system.jump(HOUR_MS);
    shared += HOUR_MS;
    clock.wallMs();
    await settled();
    expect(clock.wallMs()).toBe(shared);
    expect(clock.trouble).toBe("the system's clock jumped 3600 s ahead, 0 s ago");
  });

  it('tells whole milliseconds, as they are recorded', async () => {
    const { system, clock, observer } = start();
    const shared = system.wallMs() - HOUR_MS + 0.4;
    clock.follow(async () => shared, observer);
    await settled();
    expect(clock.wallMs()).toBe(Math.round(shared));
  });

  it('leaves the system’s alone while it is near enough', async () => {
    const { system, clock, observer } = start();
    clock.follow(async () => system.wallMs() - 1_900, observer);
    await settled();
    expect(clock.wallMs()).toBe(system.wallMs());
    expect(clock.trouble).toBeNull();
  });

  it('believes no answer that took long, allows for the way of the others, and asks one thing at a time', async () => {
    const { system, clock, compared, observer } = start();
    const answers: Array<(sharedMs: number) => void> = [];
    clock.follow(() => new Promise((resolve) => answers.push(resolve)), observer);
    system.advance(LIMITS.compareMs);
    expect(answers).toHaveLength(1);
    answers[0]?.(0);
    await settled();
    expect(compared).toEqual([]);
    system.advance(LIMITS.compareMs);
    const askedAt = system.wallMs();
    system.advance(400);
    answers[1]?.(askedAt + 200);
    await settled();
    expect(compared).toEqual([0]);
  });

  it('asks again after a jump, and now and then, until it is stopped', async () => {
    const { system, clock, observer } = start();
    let asked = 0;
    const stop = clock.follow(async () => {
      asked += 1;
      return system.wallMs();
    }, observer);
    await settled();
    system.jump(HOUR_MS);
    clock.wallMs();
    await settled();
    system.advance(LIMITS.compareMs);
    expect(asked).toBe(3);
    stop();
    system.advance(10 * LIMITS.compareMs);
    expect(asked).toBe(3);
  });
});
