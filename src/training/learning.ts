import { resolve } from 'node:path';
import { readLabelledCalls } from '../evaluation/call-files.ts';
import type { LabelledCall } from '../evaluation/labelled-call.ts';
import type { LikenessModel } from '../scoring/likeness.ts';
import inRepository from '../scoring/likeness-weights.json' with { type: 'json' };
import { parseLikenessModel } from '../scoring/risk-policy-message.ts';
import { type Example, trainLinearModel } from './linear-model.ts';
import type { TrainingCall } from './training-set.ts';

/** What a model looks at, and how its weights are learned. */
export interface Recipe {
  readonly windowMs: number;
  /** The L2 penalty. */
  readonly shrinkage: number;
  /** What fewer clusters of calls have is left out. */
  readonly leastClusters: number;
  /** Decimal places of a weight; what is then nothing is left out. */
  readonly digits: number;
}

export const LIKENESS: Recipe = { windowMs: 30_000, shrinkage: 0.001, leastClusters: 1, digits: 3 };
const OWN_CALLS = resolve(import.meta.dirname, 'calls');

/** The group of the service's own calls that were labelled. */
export const STORED_CALLS = 'labelled calls of the service';
/** Fewer of them count for less: a handful does not outweigh what others took hundreds of calls to tell. */
const STORED_CALLS_AT_FULL_WEIGHT = 100;
/** How much a group counts; what a model wrote about itself counts less than what people said. */
const GROUP_WEIGHTS: Readonly<Record<string, number>> = {
  bothbosu: 0.5,
  better30_synth: 0.2,
  minimal_pairs: 0.3,
  'our own': 3,
};

/** The calls that are marked for training, in a folder and beside this file. */
export const readTrainingCalls = (folder: string): LabelledCall[] =>
  [...readLabelledCalls(folder), ...readLabelledCalls(OWN_CALLS)].filter(({ isForTraining }) => isForTraining);

/** The same weights from the same calls. */
export function learn(calls: readonly TrainingCall[], recipe: Recipe): LikenessModel {
  const names = namesIn(calls, recipe.leastClusters);
  const numberOf = new Map(names.map((name, at) => [name, at]));
  const { bias, weights } = trainLinearModel(examplesOf(calls, numberOf), names.length, recipe.shrinkage);
  const named = names
    .map((name, at) => [name, Number((weights[at] ?? 0).toFixed(recipe.digits))] as const)
    .filter(([, weight]) => weight > 0)
    .sort(([, a], [, b]) => b - a);
  return parseLikenessModel({
    windowMs: recipe.windowMs,
    bias: Number(bias.toFixed(3)),
    weights: Object.fromEntries(named),
  });
}

/** The features that so many clusters of calls have. */
export function namesIn(calls: readonly TrainingCall[], leastClusters: number): string[] {
  const clusters = new Map<string, Set<string>>();
  for (const { group, cluster, moments } of calls) {
    for (const name of new Set(moments.flat())) {
      const among = clusters.get(name) ?? new Set();
      clusters.set(name, among.add(`${group} ${cluster}`));
    }
  }
  return [...clusters].flatMap(([name, among]) => (among.size >= leastClusters ? [name] : [])).sort();
}

/** A file of weights, with what they were learned from. */
export function writeWeights(
  calls: ReadonlyArray<Pick<TrainingCall, 'source'>>,
  { windowMs, bias, weights }: Pick<LikenessModel, 'windowMs' | 'bias' | 'weights'>,
  { shrinkage }: Recipe,
): string {
  const sources = [...new Set(calls.map(({ source }) => source))];
  const about = {
    sources: Object.fromEntries(sources.map((source) => [source, LICENCES[source] ?? 'not stated'])),
    calls: Object.fromEntries(sources.map((name) => [name, calls.filter(({ source }) => source === name).length])),
    shrinkage,
  };
  return `${JSON.stringify({ about, windowMs, bias, weights }, null, 2)}\n`;
}

const OURS = 'written for this project (src/training/calls)';
const LICENCES: Readonly<Record<string, string>> = {
  ...inRepository.about.sources,
  ...Object.fromEntries(['honest_2_en', 'honest_3_en', 'scams_2_en', 'scams_3_en'].map((source) => [source, OURS])),
  [STORED_CALLS]: 'by its contacts and operators',
};

function examplesOf(calls: readonly TrainingCall[], numberOf: ReadonlyMap<string, number>): Example[] {
  const shares = sharesOf(calls);
  return calls.flatMap(({ isScam, moments }, at) =>
    moments.map((features) => ({
      features: features.flatMap((name) => numberOf.get(name) ?? []),
      isPositive: isScam,
      weight: (shares[at] ?? 0) / moments.length,
    })),
  );
}

/** How much each call counts: every group as much as its weight says, in it every cluster the same, in that every call. */
export function sharesOf(calls: ReadonlyArray<Pick<TrainingCall, 'group' | 'cluster' | 'isScam'>>): number[] {
  const clusters = new Map<string, Map<string, number>>();
  for (const { group, cluster, isScam } of calls) {
    const key = `${group} ${isScam}`;
    const sizes = clusters.get(key) ?? new Map<string, number>();
    clusters.set(key, sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1));
  }
  return calls.map(({ group, cluster, isScam }) => {
    const sizes = clusters.get(`${group} ${isScam}`) ?? new Map<string, number>();
    return weightOf(group, sizes.size) / sizes.size / (sizes.get(cluster) ?? 1);
  });
}

const weightOf = (group: string, clusters: number): number =>
  group === STORED_CALLS ? Math.min(1, clusters / STORED_CALLS_AT_FULL_WEIGHT) : (GROUP_WEIGHTS[group] ?? 1);
