import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA } from '../evaluation/call-files.ts';
import { logOddsOf } from '../scoring/likeness.ts';
import { LIKENESS, learn, type Recipe, readTrainingCalls, WORDING, writeWeights } from './learning.ts';
import { byFacts, byWords, prepare, type View } from './training-set.ts';

/**
 * Learns how much each thing that is pressed speaks for a fraud, and how much the words themselves do:
 * `npm run model:train -- [--data FOLDER] [--out FOLDER]`. Reads the calls that are marked for training, in the folder and
 * beside this file, and writes `likeness-weights.json` and `wording-weights.json`. The likeness is learned by what the local
 * finder finds, and so after its words.
 */
const SCORING = resolve(import.meta.dirname, '../scoring');
const MODELS: ReadonlyArray<readonly [file: string, view: View, recipe: Recipe]> = [
  ['wording-weights.json', byWords, WORDING],
  ['likeness-weights.json', byFacts, LIKENESS],
];
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: { data: { type: 'string', default: DATA }, out: { type: 'string', default: SCORING } },
});
const labelled = readTrainingCalls(values.data);
for (const [file, view, recipe] of MODELS) {
  const calls = prepare(labelled, view);
  print(`${file}:`);
  for (const group of new Set(calls.map((each) => each.group))) {
    const model = learn(
      calls.filter((each) => each.group !== group),
      recipe,
    );
    const peaks = calls
      .filter((each) => each.group === group)
      .map(({ isScam, moments }) => ({ isScam, peak: Math.max(...moments.map((each) => logOddsOf(each, model))) }));
    print(
      `  ${group}, left out: ${tell(
        peaks.filter((call) => call.isScam),
        'scams',
      )} ${tell(
        peaks.filter((call) => !call.isScam),
        'legitimate calls',
      )}`,
    );
  }
  const model = learn(calls, recipe);
  writeFileSync(join(values.out, file), writeWeights(calls, model, recipe));
  print(`  ${Object.keys(model.weights).length} weights written`);
}

function tell(peaks: ReadonlyArray<{ readonly peak: number }>, what: string): string {
  if (peaks.length === 0) return '';
  const above = [0, 1, 2, 3, 4].map(
    (logOdds) => `${Math.round((peaks.filter(({ peak }) => peak > logOdds).length * 100) / peaks.length)} %`,
  );
  return `${what} above 0, 1, 2, 3, 4: ${above.join(', ')};`;
}
