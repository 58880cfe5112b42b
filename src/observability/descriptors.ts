import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '../call/clock.ts';
import { HealthProblem, type Probe } from './health.ts';

export interface DescriptorLimits {
  readonly everyMs: number;
  /** The share in use from which they are short. */
  readonly shortFrom: number;
  /** The share that connections from outside may take: the rest is for recognisers, the database and messages. */
  readonly incoming: number;
  /** How long it is told that connections were refused. */
  readonly refusalShownMs: number;
}

/** The file descriptors of this process: every socket takes one, and every open file. */
export interface Descriptors {
  /** As of the last look: what begins now had better take none. */
  readonly areShort: boolean;
  /** How many connections from outside may be open at once. */
  readonly mostIncoming: number;
  /** A connection from outside was refused, because there were as many as may be. */
  refused(): void;
  readonly probe: Probe;
  stop(): void;
}

const OPEN = '/proc/self/fd';
const LIMITS = '/proc/self/limits';
const MAX_OPEN_FILES = /^Max open files\s+(\d+)/m;

/** Looks every now and then. Where the system does not tell, as only Linux does, they are never short. */
export async function watchDescriptors(
  clock: Clock,
  limits: DescriptorLimits,
  onRefused: () => void,
): Promise<Descriptors> {
  let shortage: string | null = null;
  let refusedAtMs = Number.NEGATIVE_INFINITY;
  const isTold = existsSync(OPEN);
  const limit = isTold ? await readLimit() : Number.POSITIVE_INFINITY;

  async function look(): Promise<void> {
    try {
      // One of them is the listing's own.
      const open = (await readdir(OPEN)).length - 1;
      const most = await readLimit();
      shortage = open >= most * limits.shortFrom ? `${open} of ${most} are open` : null;
    } catch (error) {
      shortage = (error as NodeJS.ErrnoException).code ?? 'unknown';
    }
  }

  return {
    get areShort() {
      return shortage !== null;
    },
    mostIncoming: Math.floor(limit * limits.incoming),
    refused() {
      refusedAtMs = clock.monotonicMs();
      onRefused();
    },
    probe: isTold
      ? async () => {
          if (shortage !== null) throw new HealthProblem(shortage);
          const agoMs = clock.monotonicMs() - refusedAtMs;
          if (agoMs < limits.refusalShownMs) {
            throw new HealthProblem(`connections were refused, the last ${Math.round(agoMs / 1_000)} s ago`);
          }
        }
      : null,
    stop: isTold ? clock.every(limits.everyMs, () => void look()) : () => undefined,
  };
}

const readLimit = async (): Promise<number> =>
  Number(MAX_OPEN_FILES.exec(await readFile(LIMITS, 'utf8'))?.[1] ?? Number.POSITIVE_INFINITY);
