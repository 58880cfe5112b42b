import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

/** What `npm run bench` has measured so far: a file of one record a line, the oldest first. */
export const HISTORY = resolve(import.meta.dirname, '../history.jsonl');

const PART = z.looseObject({
  /**
   * What two runs may be compared by: ratios within each, since a shared machine is now faster and now slower, and the most
   * calls. A name says all that the value depends on, so that like is compared with like. Null: it could not be told.
   */
  comparable: z.record(z.string(), z.number().nullable()),
});
const RECORD = z.object({
  commit: z.string(),
  /** Something was not committed. */
  isDirty: z.boolean(),
  at: z.iso.datetime(),
  machine: z.object({ model: z.string(), cores: z.number(), node: z.string() }),
  /** The figures of each part that was measured. */
  parts: z.object({
    finder: PART.optional(),
    alerts: PART.optional(),
    media: PART.extend({ most: z.number().nullable() }).optional(),
  }),
});

export type BenchRecord = z.infer<typeof RECORD>;
export type PartName = keyof BenchRecord['parts'];
export type Comparable = z.infer<typeof PART>['comparable'];

/** Lines that are no such record, of an older bench or torn, are left out. */
export function readHistory(path: string): BenchRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line) => RECORD.safeParse(parsed(line)).data ?? []);
}

export function addToHistory(path: string, record: BenchRecord): void {
  appendFileSync(path, `${JSON.stringify(record)}\n`);
}

/** Whose code is measured, when and where: all of a record but its figures. */
export function describeRun(): Omit<BenchRecord, 'parts'> {
  const git = (...args: string[]): string =>
    spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).stdout.trim();
  return {
    commit: git('rev-parse', '--short', 'HEAD'),
    isDirty: git('status', '--porcelain') !== '',
    at: new Date().toISOString(),
    machine: { model: cpus()[0]?.model.trim() ?? '', cores: cpus().length, node: process.version },
  };
}

/** A line for each value of a part, beside that of the last record of such a machine that has it; Node may be another. */
export function besideLast(
  part: PartName,
  comparable: Comparable,
  history: readonly BenchRecord[],
  { model, cores }: BenchRecord['machine'],
): string[] {
  const alike = history.filter(({ machine }) => machine.model === model && machine.cores === cores);
  return Object.entries(comparable).map(([name, value]) => {
    if (value === null) return `${name}: cannot be told`;
    const before = (record: BenchRecord): number | null => record.parts[part]?.comparable[name] ?? null;
    const last = alike.findLast((record) => before(record) !== null);
    return `${name}: ${value}; ${last === undefined ? 'none before' : told(value, before(last) ?? value, last)}`;
  });
}

/** With two decimals. Null where either is missing, or there is nothing to compare with. */
export function ratio(value: number | null, to: number | null): number | null {
  return value === null || to === null || to === 0 ? null : Number((value / to).toFixed(2));
}

/** With a plus where something was not committed. */
export const commitOf = ({ commit, isDirty }: BenchRecord): string => commit + (isDirty ? '+' : '');

function told(value: number, before: number, record: BenchRecord): string {
  const percent = Math.round((value / before - 1) * 100);
  const change = before === 0 ? '' : `, ${percent < 0 ? '' : '+'}${percent} %`;
  return `before ${before} (${commitOf(record)}, ${record.at.slice(0, 10)}${change})`;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
