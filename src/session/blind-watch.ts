import type { Clock } from '../call/clock.ts';

/** While a call is blind nothing comes in that could prompt a look. */
const CHECK_MS = 1_000;

export interface BlindWatchOptions {
  readonly clock: Clock;
  /** Blind time of a call at risk from which on its contacts are told. */
  readonly limitMs: number;
  readonly isAtRisk: () => boolean;
  /** What nobody heard so far, a stream that is being missed included, milliseconds. */
  readonly unheardMs: () => number;
  /** A stream that was lost here may be heard elsewhere. */
  readonly isElsewhere: () => Promise<boolean>;
  /** Called once. */
  readonly onBlind: (unheardMs: number) => void;
}

/** Watches for a call at risk that nobody hears. */
export interface BlindWatch {
  check(): Promise<void>;
  stop(): void;
}

export function watchBlindTime(options: BlindWatchOptions): BlindWatch {
  const { clock, limitMs, isAtRisk, unheardMs, isElsewhere, onBlind } = options;
  let isTold = false;

  async function check(): Promise<void> {
    if (isTold || !isAtRisk()) return;
    const blindMs = unheardMs();
    if (blindMs <= limitMs) return;
    isTold = true;
    isTold = !(await isElsewhere());
    if (isTold) onBlind(blindMs);
  }

  return { check, stop: clock.every(CHECK_MS, () => void check()) };
}
