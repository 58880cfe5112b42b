import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readLabelledCalls } from '../evaluation/call-files.ts';
import { type Example, trainLinearModel } from './linear-model.ts';
import { prepare, type TrainingCall } from './training-set.ts';

/**
 * Learns how much each thing that is pressed speaks for a fraud: `npm run model:train -- [--data FOLDER]`. Reads the calls
 * that are marked for training, in the folder and beside this file, and writes `src/scoring/likeness-weights.json`.
 */
const DATA = resolve(import.meta.dirname, '../../../shared/data/detection');
const OWN = resolve(import.meta.dirname, 'calls');
const WEIGHTS = resolve(import.meta.dirname, '../scoring/likeness-weights.json');
const WINDOW_MS = 30_000;
const SHRINKAGE = 0.001;
/** How much a group counts; what a model wrote about itself counts less than what people said. */
const GROUP_WEIGHTS: Readonly<Record<string, number>> = {
  bothbosu: 0.5,
  better30_synth: 0.2,
  minimal_pairs: 0.3,
  'our own': 1.5,
};
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: { data: { type: 'string', default: DATA }, out: { type: 'string', default: WEIGHTS } },
});
const calls = [...readLabelledCalls(values.data), ...readLabelledCalls(OWN)].filter(
  ({ isForTraining }) => isForTraining,
);
const prepared = prepare(calls, WINDOW_MS);
for (const group of new Set(prepared.map((each) => each.group))) {
  const { logOddsOf } = learn(prepared.filter((each) => each.group !== group));
  const peaks = prepared
    .filter((each) => each.group === group)
    .map((each) => ({ ...each.call, peak: peakOf(each, logOddsOf) }));
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
const { names, model } = learn(prepared);
const weights = names
  .map((name, at) => [name, Number((model.weights[at] ?? 0).toFixed(3))] as const)
  .filter(([, weight]) => weight > 0);
const sources = [...new Set(calls.map(({ source }) => source))].map((source) => [
  source,
  calls.filter((call) => call.source === source).length,
]);
const { about } = JSON.parse(readFileSync(WEIGHTS, 'utf8')) as { about?: object };
writeFileSync(
  values.out,
  `${JSON.stringify({ about: { ...about, calls: Object.fromEntries(sources), shrinkage: SHRINKAGE }, windowMs: WINDOW_MS, bias: Number(model.bias.toFixed(3)), weights: Object.fromEntries(weights.sort(([, a], [, b]) => b - a)) }, null, 2)}\n`,
);
print(`${weights.length} weights written to ${values.out}`);

function learn(from: readonly TrainingCall[]) {
  const names = [...new Set(from.flatMap(({ moments }) => moments.flat()))].sort();
  const numberOf = new Map(names.map((name, at) => [name, at]));
  const examples = examplesOf(from, numberOf);
  const model = trainLinearModel(examples, names.length, SHRINKAGE);
  const logOddsOf = (features: readonly string[]): number =>
    features.reduce((sum, name) => sum + (model.weights[numberOf.get(name) ?? -1] ?? 0), model.bias);
  return { names, model, logOddsOf };
}

/** Every group counts as much as its weight says, in it every cluster the same, in that every call, in that every moment. */
function examplesOf(from: readonly TrainingCall[], numberOf: ReadonlyMap<string, number>): Example[] {
  const clusters = new Map<string, Map<string, number>>();
  for (const { call, group } of from) {
    const key = `${group} ${call.isScam}`;
    const sizes = clusters.get(key) ?? new Map<string, number>();
    clusters.set(key, sizes.set(call.cluster, (sizes.get(call.cluster) ?? 0) + 1));
  }
  return from.flatMap(({ call, group, moments }) => {
    const sizes = clusters.get(`${group} ${call.isScam}`);
    const share = (GROUP_WEIGHTS[group] ?? 1) / (sizes?.size ?? 1) / (sizes?.get(call.cluster) ?? 1) / moments.length;
    return moments.map((features) => ({
      features: features.flatMap((name) => numberOf.get(name) ?? []),
      isPositive: call.isScam,
      weight: share,
    }));
  });
}

function peakOf({ moments }: TrainingCall, logOddsOf: (features: readonly string[]) => number): number {
  return Math.max(...moments.map(logOddsOf));
}

function tell(peaks: ReadonlyArray<{ readonly peak: number }>, what: string): string {
  if (peaks.length === 0) return '';
  const above = [0, 1, 2, 3].map(
    (logOdds) => `${Math.round((peaks.filter(({ peak }) => peak > logOdds).length * 100) / peaks.length)} %`,
  );
  return `${what} above 0, 1, 2, 3: ${above.join(', ')};`;
}
