import type { Clock } from '../../src/call/clock.ts';

/** A clock that stands still until the test moves it. */
export interface FakeClock extends Clock {
  /** Runs whatever falls due, in order, up to `ms` from now. */
  advance(ms: number): void;
  /** Sets the time of day forward, or back; no time passes. */
  jump(ms: number): void;
}

export function createFakeClock(): FakeClock {
  let nowMs = 0;
  let jumpedMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly task: () => void }>();

  function after(delayMs: number, task: () => void): () => void {
    const timer = { atMs: nowMs + Math.max(0, delayMs), task };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  return {
    wallMs: () => 1_700_000_000_000 + jumpedMs + nowMs,
    monotonicMs: () => nowMs,
    after,
    every(periodMs, task) {
      let cancel = after(periodMs, tick);
      function tick(): void {
        cancel = after(periodMs, tick);
        task();
      }
      return () => cancel();
    },
    jump(ms) {
      jumpedMs += ms;
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        timers.delete(next);
        nowMs = next.atMs;
        next.task();
      }
      nowMs = untilMs;
    },
  };
}
