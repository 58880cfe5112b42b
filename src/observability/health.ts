import { type Clock, withinDeadline } from '../call/clock.ts';

export type CheckState = 'ok' | 'error' | 'disabled';

/** Rejects when what it looks at does not work. Null: not in use here. */
export type Probe = (() => Promise<void>) | null;

/** What is wrong, in words that anybody may read; of any other error only its code is told. */
export class HealthProblem extends Error {}

export interface HealthOptions {
  readonly clock: Clock;
  readonly probes: Readonly<Record<string, { readonly probe: Probe; readonly everyMs: number }>>;
  /** Whether calls can be taken at present. */
  readonly isReady: () => boolean;
}

export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly checks: Readonly<Record<string, CheckState>>;
  /** Of each check that is `error`: what is wrong, or the code of the error, such as `ENOSPC`. */
  readonly reasons: Readonly<Record<string, string>>;
}

export interface Health {
  /** Every check, each as old as its period at most. */
  report(): Promise<HealthReport>;
  check(name: string): Promise<CheckState>;
  readonly isReady: boolean;
}

interface Finding {
  readonly state: CheckState;
  readonly reason?: string;
}

/** What was looked at, and until when that is good enough; not before it has answered. */
interface Look {
  readonly finding: Promise<Finding>;
  goodUntilMs: number;
}

const PROBE_TIMEOUT_MS = 2_000;
/** What does not work is looked at again this soon, however seldom it is while it works. */
const LOOK_AGAIN_MS = 5_000;
const DISABLED: Finding = { state: 'disabled' };
const LATE = { state: 'error', reason: 'no answer in time' } as const;

/**
 * Whether the service works, and what around it does. Without a database, a provider or a disk it is degraded and goes
 * on; it is unhealthy when it takes no calls.
 */
export function createHealth({ clock, probes, isReady }: HealthOptions): Health {
  const known = new Map<string, Look>();

  function find(name: string): Promise<Finding> {
    const { probe, everyMs } = probes[name] ?? { probe: null, everyMs: 0 };
    if (probe === null) return Promise.resolve(DISABLED);
    const last = known.get(name);
    const lookedAtMs = clock.monotonicMs();
    // A probe that hangs is not joined by another: each may hold a thread, or a socket.
    if (last !== undefined && lookedAtMs < last.goodUntilMs) return last.finding;
    const looking = probe().then((): Finding => ({ state: 'ok' }), failed);
    const finding = withinDeadline(clock, PROBE_TIMEOUT_MS, looking).then((found) => found ?? LATE);
    const look: Look = { finding, goodUntilMs: Number.POSITIVE_INFINITY };
    known.set(name, look);
    void Promise.all([looking, finding]).then(([, { state }]) => {
      look.goodUntilMs = lookedAtMs + (state === 'ok' ? everyMs : Math.min(everyMs, LOOK_AGAIN_MS));
    });
    return finding;
  }

  return {
    check: async (name) => (await find(name)).state,
    async report() {
      const found = await Promise.all(Object.keys(probes).map(async (name) => [name, await find(name)] as const));
      const server: CheckState = isReady() ? 'ok' : 'error';
      const isDegraded = found.some(([, { state }]) => state === 'error');
      return {
        status: server === 'error' ? 'unhealthy' : isDegraded ? 'degraded' : 'healthy',
        checks: { server, ...Object.fromEntries(found.map(([name, { state }]) => [name, state])) },
        reasons: Object.fromEntries(
          found.flatMap(([name, { reason }]) => (reason === undefined ? [] : [[name, reason]])),
        ),
      };
    },
    get isReady() {
      return isReady();
    },
  };
}

const failed = (error: unknown): Finding => ({ state: 'error', reason: reasonOf(error) });

/** Never an error's message, which may hold an address, a statement or a key. */
function reasonOf(error: unknown): string {
  if (error instanceof HealthProblem) return error.message;
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return LATE.reason;
  if ('code' in error) return String(error.code);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.name;
}
