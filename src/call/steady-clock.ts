import type { Clock } from './clock.ts';

export interface SteadyClockLimits {
  /** A jump of the system's time of day from which on it is not followed. Smaller ones are NTP at its work. */
  readonly stepMs: number;
  /** How far the system's may be from the shared time before that is used in its place. */
  readonly apartMs: number;
  readonly compareMs: number;
  /** An answer that took longer says too little. */
  readonly answerMs: number;
  /** How long a jump is told of. */
  readonly stepShownMs: number;
}

export interface SteadyClockObserver {
  stepped(byMs: number): void;
  /** How far the system's time of day is ahead of the shared one. */
  compared(aheadMs: number): void;
}

/**
 * A clock whose time of day does not jump with the system's: it goes on as it was, until it is compared with the time
 * that all instances share. Where the two are apart it is the shared time that counts, so that what instances tell each
 * other of times fits, and what the database makes of them.
 */
export interface SteadyClock extends Clock {
  /** Compares now, now and then, and after every jump; `ask` may fail. Returns what stops it. */
  follow(ask: () => Promise<number>, observer: SteadyClockObserver): () => void;
  /** What is wrong with the system's time of day, or was a while ago; null for nothing. */
  readonly trouble: string | null;
}

export function createSteadyClock(system: Clock, limits: SteadyClockLimits): SteadyClock {
  /** What the time of day is ahead of the monotonic clock, as of the last look. */
  let aheadMs = system.wallMs() - system.monotonicMs();
  let correctionMs = 0;
  let step: { readonly byMs: number; readonly atMs: number } | null = null;
  let onStep = (_byMs: number): void => undefined;

  function wallMs(): number {
    const systemMs = system.wallMs();
    const nowMs = system.monotonicMs();
    const byMs = systemMs - nowMs - aheadMs;
    aheadMs += byMs;
    if (Math.abs(byMs) >= limits.stepMs) {
      correctionMs -= byMs;
      step = { byMs, atMs: nowMs };
      onStep(byMs);
    }
    return Math.round(systemMs + correctionMs);
  }

  function follow(ask: () => Promise<number>, observer: SteadyClockObserver): () => void {
    let isAsking = false;

    async function compare(): Promise<void> {
      const askedAtMs = system.monotonicMs();
      const sharedMs = await ask();
      const tookMs = system.monotonicMs() - askedAtMs;
      if (tookMs > limits.answerMs) return;
      wallMs();
      const systemAheadMs = system.wallMs() - (sharedMs + tookMs / 2);
      correctionMs = Math.abs(systemAheadMs) > limits.apartMs ? -systemAheadMs : 0;
      observer.compared(systemAheadMs);
    }

    function look(): void {
      wallMs();
      if (isAsking) return;
      isAsking = true;
      compare()
        .catch(() => undefined) // whoever is asked is watched by others
        .finally(() => {
          isAsking = false;
        });
    }

    onStep = (byMs) => {
      observer.stepped(byMs);
      look();
    };
    look();
    return system.every(limits.compareMs, look);
  }

  return {
    wallMs,
    monotonicMs: system.monotonicMs,
    after: system.after,
    every: system.every,
    follow,
    get trouble() {
      wallMs();
      if (Math.abs(correctionMs) > limits.apartMs) {
        return `the system's clock is ${seconds(correctionMs)} s ${correctionMs < 0 ? 'ahead' : 'behind'}`;
      }
      const agoMs = step === null ? Number.POSITIVE_INFINITY : system.monotonicMs() - step.atMs;
      if (step === null || agoMs > limits.stepShownMs) return null;
      return `the system's clock jumped ${seconds(step.byMs)} s ${step.byMs > 0 ? 'ahead' : 'back'}, ${seconds(agoMs)} s ago`;
    },
  };
}

const seconds = (ms: number): number => Math.round(Math.abs(ms) / 1_000);
