import { performance } from 'node:perf_hooks';
import { type Clock, every } from '../call/clock.ts';

export interface LoopLoadLimits {
  readonly everyMs: number;
  /** The share of its time that the event loop works, from which on the process counts as busy. */
  readonly busyFrom: number;
}

/** How much the event loop has to do. */
export interface LoopLoad {
  isBusy(): boolean;
  stop(): void;
}

export function watchLoopLoad(clock: Clock, { everyMs, busyFrom }: LoopLoadLimits): LoopLoad {
  let seen = performance.eventLoopUtilization();
  let isBusy = false;
  const stop = every(clock, everyMs, () => {
    const now = performance.eventLoopUtilization();
    isBusy = performance.eventLoopUtilization(now, seen).utilization >= busyFrom;
    seen = now;
  });

  return { isBusy: () => isBusy, stop };
}
