import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA } from '../evaluation/call-files.ts';
import { logOddsOf } from '../scoring/likeness.ts';
import { learnLikeness, readTrainingCalls, writeLikeness } from './likeness-training.ts';

/**
 * Learns how much each thing that is pressed speaks for a fraud: `npm run model:train -- [--data FOLDER]`. Reads the calls
 * that are marked for training, in the folder and beside this file, and writes `src/scoring/likeness-weights.json`.
 */
const WEIGHTS = resolve(import.meta.dirname, '../scoring/likeness-weights.json');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: { data: { type: 'string', default: DATA }, out: { type: 'string', default: WEIGHTS } },
});
const calls = readTrainingCalls(values.data);
for (const group of new Set(calls.map((each) => each.group))) {
  const model = learnLikeness(calls.filter((each) => each.group !== group));
  const peaks = calls
    .filter((each) => each.group === group)
    .map(({ isScam, moments }) => ({ isScam, peak: Math.max(...moments.map((each) => logOddsOf(each, model))) }));
  print(
    `${group}, left out: ${tell(
      peaks.filter((call) => call.isScam),
      'scams',
    )} ${tell(
      peaks.filter((call) => !call.isScam),
      'legitimate calls',
    )}`,
  );
}
const model = learnLikeness(calls);
writeFileSync(values.out, writeLikeness(calls, model));
print(`${Object.keys(model.weights).length} weights written to ${values.out}`);

function tell(peaks: ReadonlyArray<{ readonly peak: number }>, what: string): string {
  if (peaks.length === 0) return '';
  const above = [0, 1, 2, 3].map(
    (logOdds) => `${Math.round((peaks.filter(({ peak }) => peak > logOdds).length * 100) / peaks.length)} %`,
  );
  return `${what} above 0, 1, 2, 3: ${above.join(', ')};`;
}
