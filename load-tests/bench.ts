import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAlertLatency, reportAlertLatency } from './bench/alert-latency.ts';
import {
  addToHistory,
  type BenchRecord,
  besideLast,
  type Comparable,
  describeRun,
  HISTORY,
  type PartName,
  readHistory,
} from './bench/history.ts';
import { measureLocalFinder, reportLocalFinder } from './bench/local-finder.ts';
import { measureMediaPath, reportMediaPath } from './bench/media-path.ts';

/**
 * What the service costs, in one run and one record: `npm run bench`. The parts are measured one after the other, in the
 * order in which they stand below, and compared with the last record of the history of such a machine.
 */
const PARTS: readonly PartName[] = ['finder', 'alerts', 'media'];
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.join(',') },
    /** One object on the standard output, which is the line of the history, and the text on the standard error. */
    json: { type: 'boolean', default: false },
    history: { type: 'string', default: HISTORY },
    /** Of `media`: how many calls the three handlers are compared with, and how many more the service is measured with. */
    calls: { type: 'string', default: '400' },
    sizes: { type: 'string', default: '100,1000' },
    seconds: { type: 'string', default: '10' },
    /** For how long calls go on before they are measured. */
    warm: { type: 'string', default: '25' },
    repetitions: { type: 'string', default: '5' },
    /** With how many calls the search for the most begins, and in what steps it goes on; 0 for none. */
    most: { type: 'string', default: '1000' },
    step: { type: 'string', default: '200' },
  },
});
const only = options.only.split(',');
const unknown = only.filter((name) => !PARTS.some((part) => part === name));
if (unknown.length > 0) throw new Error(`--only: ${PARTS.join(', ')}, not ${unknown.join(', ')}`);
const media = {
  calls: atLeast(1, 'calls', options.calls),
  sizes: options.sizes
    .split(',')
    .filter(Boolean)
    .map((size) => atLeast(1, 'sizes', size)),
  seconds: atLeast(1, 'seconds', options.seconds),
  warm: atLeast(0, 'warm', options.warm),
  repetitions: atLeast(1, 'repetitions', options.repetitions),
  most: atLeast(0, 'most', options.most),
  step: atLeast(1, 'step', options.step),
};

const say = (line: string): void => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
const history = readHistory(options.history);
const run = describeRun();
const { model, cores, node } = run.machine;
say(`Machine: ${cores} × ${model}, Node ${node}.`);
const record = {
  ...run,
  parts: {
    finder: await part('finder', async () => measureLocalFinder(say), reportLocalFinder),
    alerts: await part('alerts', () => measureAlertLatency(say), reportAlertLatency),
    // The last: it leaves this process on one core.
    media: await part('media', () => measureMediaPath(media, say), reportMediaPath),
  },
} satisfies BenchRecord;
if (options.json) process.stdout.write(`${JSON.stringify(record, null, 2)}\n`);
addToHistory(options.history, record);
say(`\nAdded to ${resolve(options.history)}`);
process.exit(0);

/** Undefined where it is not to be measured: JSON leaves it out. */
async function part<Figures extends { readonly comparable: Comparable }>(
  name: PartName,
  measure: () => Promise<Figures>,
  report: (figures: Figures) => readonly string[],
): Promise<Figures | undefined> {
  if (!only.includes(name)) return undefined;
  say(`\n== ${name}`);
  const figures = await measure();
  for (const line of [...report(figures), ...besideLast(name, figures.comparable, history, run.machine)]) say(line);
  return figures;
}

function atLeast(least: number, name: string, text: string): number {
  const value = Number(text);
  if (!(value >= least)) throw new Error(`--${name}: a number, ${least} or more, not ${text}`);
  return value;
}
