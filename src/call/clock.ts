/**
 * Time as the service sees it, injected so that tests decide what time it is.
 * `wallMs` is the time of day (whole Unix milliseconds) and may jump; `monotonicMs` measures durations and never goes back.
 */
export interface Clock {
  wallMs(): number;
  monotonicMs(): number;
  /** Runs `task` once, `delayMs` from now. Returns what cancels it. */
  after(delayMs: number, task: () => void): () => void;
  /** Runs `task` every `periodMs`, the first time one period from now. Returns what stops it. */
  every(periodMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
  every(periodMs, task) {
    const timer = setInterval(task, periodMs);
    return () => clearInterval(timer);
  },
};

/** What `work` comes to, or undefined when it takes longer than `deadlineMs`; it then goes on unheeded. */
export function withinDeadline<Result>(
  clock: Clock,
  deadlineMs: number,
  work: Promise<Result>,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(deadlineMs, () => resolve(undefined));
    work.then(resolve, reject).finally(cancel);
  });
}

/** Resolves after `delayMs`, or as soon as `signal` aborts. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = clock.after(delayMs, end);
    signal?.addEventListener('abort', end);
    function end(): void {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    }
  });
}
