import cluster, { type Worker } from 'node:cluster';
import type { Clock } from './call/clock.ts';
import type { Logger } from './observability/logger.ts';
import { collectMetrics, livingWorkers } from './observability/worker-metrics.ts';

/** Processes that share one port, each an instance of its own to Redis and Postgres. This one, the primary, has no calls. */
export interface Workers {
  /** Resolves when the first worker takes calls; rejects when one ends before that. From then on who ends is replaced. */
  listen(): Promise<void>;
  /** Lets every worker end its calls, and itself. Rejects when one did not end in order. */
  drain(): Promise<void>;
}

export interface WorkersOptions {
  readonly count: number;
  /** Each worker's id is this with its number. */
  readonly instanceId: string;
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: RestartLimits;
}

export interface RestartLimits {
  readonly firstRestartMs: number;
  readonly longestRestartMs: number;
  /** Who has lived so long is restarted as if it were the first time. */
  readonly settledMs: number;
}

/** What the primary tells a worker that is to end. */
const DRAIN = 'drain';

export function startWorkers({ count, instanceId, databaseUrl, clock, logger, limits }: WorkersOptions): Workers {
  let number = 0;
  let isListening = false;
  let isDraining = false;
  let failed: (error: Error) => void = () => undefined;
  collectMetrics(clock);

  /** `failures`: how many before it ended soon after their start. */
  function start(failures: number): void {
    if (isDraining) return;
    number += 1;
    const worker = cluster.fork({ INSTANCE_ID: `${instanceId}-${number}`, DATABASE_URL: databaseUrl });
    const startedAtMs = clock.monotonicMs();
    logger.info({ worker: worker.id, pid: worker.process.pid }, 'a worker starts');
    worker.once('exit', (code, signal) => ended({ code, signal }));
    worker.on('error', (err) => {
      // One that could not be forked, for want of descriptors perhaps, has no exit.
      if (worker.process.pid === undefined) ended({ err });
    });

    function ended(how: object): void {
      if (isDraining) return;
      const before = clock.monotonicMs() - startedAtMs < limits.settledMs ? failures : 0;
      const restartMs = isListening ? Math.min(limits.longestRestartMs, limits.firstRestartMs * 2 ** before) : null;
      logger.error({ worker: worker.id, ...how, restartMs }, 'a worker has ended');
      if (restartMs === null) failed(new Error('a worker ended before any took calls'));
      else clock.after(restartMs, () => start(before + 1));
    }
  }

  return {
    listen() {
      return new Promise((resolve, reject) => {
        failed = reject;
        cluster.once('listening', () => {
          isListening = true;
          resolve();
        });
        for (let i = 0; i < count; i++) start(0);
      });
    },
    async drain() {
      isDraining = true;
      const workers = livingWorkers();
      logger.info({ workers: workers.length }, 'draining the workers');
      const codes = await Promise.all(workers.map(end));
      if (codes.some((code) => code !== 0)) throw new Error(`Not every worker ended in order: ${codes.join(', ')}.`);
    },
  };
}

const end = (worker: Worker): Promise<number | string> =>
  new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve(signal ?? code));
    worker.send(DRAIN, () => undefined);
  });

/** What a terminal or an init system sends to all processes at once. A worker heeds its primary alone. */
export const GROUP_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;

/** In a worker: resolves when the primary wants it to end. */
export function toldToDrain(): Promise<void> {
  for (const signal of GROUP_SIGNALS) process.on(signal, () => undefined);
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (message === DRAIN) resolve();
    });
  });
}
