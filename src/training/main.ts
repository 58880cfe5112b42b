import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA } from '../evaluation/call-files.ts';
import { type LikenessModel, logOddsOf } from '../scoring/likeness.ts';
import { LIKENESS, learn, type Recipe, readTrainingCalls, writeWeights } from './learning.ts';
import { byFacts, byWords, prepare, type TrainingCall } from './training-set.ts';
import { learnWording, WORDING, wordingOf } from './wording-learning.ts';

/**
 * Learns how much each thing that is pressed speaks for a fraud, and how much the words themselves do:
 * `npm run model:train -- [--data FOLDER] [--out FOLDER]`. Reads the calls that are marked for training, in the folder and
 * beside this file, and writes `likeness-weights.json` and `wording-weights.json`. The likeness is learned by what the local
 * finder finds, and so after its words.
 */
const SCORING = resolve(import.meta.dirname, '../scoring');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: { data: { type: 'string', default: DATA }, out: { type: 'string', default: SCORING } },
});
const labelled = readTrainingCalls(values.data);
train('wording-weights.json', prepare(labelled, byWords), WORDING, learnWording, ({ moments }, model) =>
  moments.flatMap((heard) => wordingOf(heard, model)),
);
train('likeness-weights.json', prepare(labelled, byFacts), LIKENESS, learn, ({ moments }, model) =>
  moments.map((each) => logOddsOf(each, model)),
);

function train<Moment, Model extends Pick<LikenessModel, 'windowMs' | 'bias' | 'weights'>>(
  file: string,
  calls: ReadonlyArray<TrainingCall<Moment>>,
  recipe: Recipe,
  learnFrom: (calls: ReadonlyArray<TrainingCall<Moment>>, recipe: Recipe) => Model,
  logOddsIn: (call: TrainingCall<Moment>, model: Model) => number[],
): void {
  print(`${file}:`);
  for (const group of new Set(calls.map((each) => each.group))) {
    const model = learnFrom(
      calls.filter((each) => each.group !== group),
      recipe,
    );
    const peaks = calls
      .filter((each) => each.group === group)
      .map((call) => ({ isScam: call.isScam, peak: Math.max(...logOddsIn(call, model)) }));
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
  const model = learnFrom(calls, recipe);
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
