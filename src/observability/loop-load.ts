import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Clock } from '../call/clock.ts';
import { HealthProblem, type Probe } from './health.ts';

export interface LoopLoadLimits {
  readonly everyMs: number;
  /** The share of its time that the event loop works, from which on the process counts as busy. */
  readonly busyFrom: number;
  /** The mean delay of its timers from which on a look finds it late, milliseconds. */
  readonly lateFromMs: number;
  /** So many looks in a row make it late, and so many at less than half of that delay end it. */
  readonly looks: number;
}

/** How much the event loop has to do, and whether it keeps up. */
export interface LoopLoad {
  isBusy(): boolean;
  /** It has been behind for a while, and so is whatever a live call waits for. */
  isLate(): boolean;
  readonly probe: Probe;
  stop(): void;
}

/** What the event loop did since it was last asked. */
export interface LoopReading {
  /** The share of the time that it worked, 0 to 1. */
  readonly utilization: number;
  /** How late its timers were on the average, milliseconds. */
  readonly lagMs: number;
}

const NS_PER_MS = 1e6;
const SAMPLE_MS = 10;

/**
 * A pause, however long, spoils the look in which it ends and at most the one before: neither a collection of garbage nor
 * the compiling at the start makes it late, nor that the process was stopped. Having changed its mind, it keeps to that
 * for `looks` looks.
 */
export function watchLoopLoad(
  clock: Clock,
  { everyMs, busyFrom, lateFromMs, looks }: LoopLoadLimits,
  onTurn: (isLate: boolean, lagMs: number) => void,
  read = createLoopReader(everyMs),
): LoopLoad {
  let isBusy = false;
  let isLate = false;
  let lagMs = 0;
  /** How many looks in a row have spoken for the opposite. */
  let against = 0;

  const stop = clock.every(everyMs, () => {
    const reading = read();
    lagMs = reading.lagMs;
    isBusy = reading.utilization >= busyFrom;
    const isAgainst = isLate ? lagMs < lateFromMs / 2 : lagMs >= lateFromMs;
    against = isAgainst ? against + 1 : 0;
    if (against < looks) return;
    isLate = !isLate;
    against = 0;
    onTurn(isLate, lagMs);
  });

  return {
    isBusy: () => isBusy,
    isLate: () => isLate,
    async probe() {
      if (isLate) throw new HealthProblem(`${Math.round(lagMs)} ms late on the average of the last second`);
    },
    stop,
  };
}

/** `everyMs`: how often it is read. */
function createLoopReader(everyMs: number): () => LoopReading {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  let seen = performance.eventLoopUtilization();

  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, seen);
    seen = now;
    // Node counts the sampling interval as delay; a loop that has not come round even once has no mean.
    const lagMs = delay.count === 0 ? everyMs : Math.max(0, delay.mean / NS_PER_MS - SAMPLE_MS);
    delay.reset();
    return { utilization, lagMs };
  };
}
