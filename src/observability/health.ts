import { type Clock, withinDeadline } from '../call/clock.ts';

export type CheckState = 'ok' | 'error' | 'disabled';

/** Rejects when what it looks at does not work. Null: not in use here. */
export type Probe = (() => Promise<void>) | null;

export interface HealthOptions {
  readonly clock: Clock;
  readonly probes: Readonly<Record<string, { readonly probe: Probe; readonly everyMs: number }>>;
  /** Whether calls can be taken at present. */
  readonly isReady: () => boolean;
}

export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly checks: Readonly<Record<string, CheckState>>;
}

export interface Health {
  /** Every check, each as old as its period at most. */
  report(): Promise<HealthReport>;
  check(name: string): Promise<CheckState>;
  readonly isReady: boolean;
}

const PROBE_TIMEOUT_MS = 2_000;

/**
 * Whether the service works, and what around it does. Without a database or a provider it is degraded and goes on; it is
 * unhealthy when it takes no calls.
 */
export function createHealth({ clock, probes, isReady }: HealthOptions): Health {
  const known = new Map<string, { readonly atMs: number; readonly state: Promise<CheckState> }>();

  function check(name: string): Promise<CheckState> {
    const { probe, everyMs } = probes[name] ?? { probe: null, everyMs: 0 };
    if (probe === null) return Promise.resolve('disabled');
    const last = known.get(name);
    if (last !== undefined && clock.monotonicMs() - last.atMs < everyMs) return last.state;
    const state = stateOf(clock, probe());
    known.set(name, { atMs: clock.monotonicMs(), state });
    return state;
  }

  return {
    check,
    async report() {
      const names = Object.keys(probes);
      const states = await Promise.all(names.map(check));
      const checks = Object.fromEntries(names.map((name, index) => [name, states[index] ?? 'disabled']));
      const server: CheckState = isReady() ? 'ok' : 'error';
      const status = server === 'error' ? 'unhealthy' : states.includes('error') ? 'degraded' : 'healthy';
      return { status, checks: { server, ...checks } };
    },
    get isReady() {
      return isReady();
    },
  };
}

async function stateOf(clock: Clock, probe: Promise<void>): Promise<CheckState> {
  try {
    return (
      (await withinDeadline(
        clock,
        PROBE_TIMEOUT_MS,
        probe.then(() => 'ok' as const),
      )) ?? 'error'
    );
  } catch {
    return 'error';
  }
}
