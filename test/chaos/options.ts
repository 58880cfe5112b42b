import { parseArgs } from 'node:util';
import { FAULT_KINDS, type FaultKind } from './fault-plan.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly calls: number;
  readonly instances: number;
  /** No call begins after this. */
  readonly minutes: number;
  /** Calls that are live at once. */
  readonly live: number;
  readonly kinds: readonly FaultKind[];
}

const USAGE = `--seed N --calls N --instances 2|3 --minutes M --live N --only none|${FAULT_KINDS.join('|')}
Each may stand in the environment instead: CHAOS_SEED, CHAOS_CALLS, and so on. Several kinds are separated by commas.`;

/** From the command line, else from `CHAOS_*`. Throws with the usage when something cannot be understood. */
export function readOptions(): ChaosOptions {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      calls: { type: 'string' },
      instances: { type: 'string' },
      minutes: { type: 'string' },
      live: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const given = (name: keyof typeof values): string | undefined =>
    values[name] ?? process.env[`CHAOS_${name.toUpperCase()}`];
  const number = (name: keyof typeof values, fallback: number, least: number, most: number): number => {
    const value = Number(given(name) ?? fallback);
    if (value >= least && value <= most) return value;
    throw new Error(`--${name} must lie between ${least} and ${most}\n${USAGE}`);
  };
  return {
    seed: number('seed', Math.floor(Math.random() * 1e6), 0, 2 ** 32 - 1),
    calls: number('calls', 200, 1, 10_000),
    instances: number('instances', 3, 2, 3),
    minutes: number('minutes', 15, 0.1, 600),
    live: number('live', 10, 1, 100),
    kinds: kindsOf(given('only')),
  };
}

function kindsOf(only: string | undefined): readonly FaultKind[] {
  if (only === undefined) return FAULT_KINDS;
  if (only === 'none') return [];
  const names = only.split(',');
  const kinds = FAULT_KINDS.filter((kind) => names.includes(kind));
  if (kinds.length !== names.length) throw new Error(`--only ${only} is not known\n${USAGE}`);
  return kinds;
}
