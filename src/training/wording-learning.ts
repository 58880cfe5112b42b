import {
  bestRun,
  parseWordingModel,
  type Run,
  type WordingModel,
  weigh,
  weightsOf,
} from '../scoring/local/wording-model.ts';
import { createAdam } from './adam.ts';
import { namesIn, type Recipe, sharesOf } from './learning.ts';
import type { HeardCall, TrainingCall } from './training-set.ts';

export const WORDING: Recipe = { windowMs: 60_000, shrinkage: 0.001, leastClusters: 5, digits: 2 };

const STEPS = 150;
/** So long whole utterances are learned from: passages are told by weights, which must come from somewhere. */
const STEPS_OF_WHOLE_UTTERANCES = 40;
const LARGEST_STEP = 0.05;
/** A call is learned from as far as it has come at these moments: most of what it must be told by is said early. */
const QUARTERS = [0.25, 0.5, 0.75, 1];
const EARLY_MS = [10_000, 20_000, 30_000];

/** Log-odds at the end of each utterance of a call. */
export function wordingOf(call: HeardCall, model: WordingModel): number[] {
  const { windowMs, bias } = model;
  const weights = weightsOf(model);
  const values = call.map(({ words }) => bestRun(words.map((each) => weigh(each, weights))).sum);
  return call.map(({ endMs }, at) => {
    let logOdds = bias;
    for (let from = at; from >= 0 && endMs - (call[from]?.endMs ?? 0) < windowMs; from--) logOdds += values[from] ?? 0;
    return logOdds;
  });
}

interface Example {
  /** Of each word of each utterance its features, by number. */
  readonly utterances: ReadonlyArray<readonly Int32Array[]>;
  /** Utterances, from and to, the latter included, that count at each of its moments. */
  readonly windows: ReadonlyArray<readonly [from: number, to: number]>;
  readonly isScam: boolean;
  readonly share: number;
}

/** Logistic regression over the best passages of each window, which are found anew at each step; the same for the same calls. */
export function learnWording(calls: ReadonlyArray<TrainingCall<HeardCall>>, recipe: Recipe): WordingModel {
  const featured = calls.map((call) => ({
    ...call,
    moments: call.moments.map((heard) => heard.flatMap(({ words }) => words.flat())),
  }));
  const names = namesIn(featured, recipe.leastClusters);
  const numberOf = new Map(names.map((name, at) => [name, at]));
  const shares = sharesOf(calls);
  const totals = { true: 0, false: 0 };
  for (const [at, { isScam }] of calls.entries()) totals[`${isScam}`] += shares[at] ?? 0;
  const examples = calls.flatMap(({ isScam, moments }, at) =>
    moments.map((heard): Example => {
      const windows = windowsOf(heard, recipe.windowMs);
      const share = (shares[at] ?? 0) / (2 * totals[`${isScam}`]) / moments.length / windows.length;
      const utterances = heard.map(({ words }) =>
        words.map((each) => Int32Array.from(each.flatMap((name) => numberOf.get(name) ?? []))),
      );
      return { utterances, windows, isScam, share };
    }),
  );
  const bias = names.length;
  const adam = createAdam(names.length + 1, STEPS, LARGEST_STEP);
  for (let step = 1; step <= STEPS; step++) {
    const gradient = new Float64Array(names.length + 1);
    for (const example of examples) addGradient(gradient, example, adam.values, step > STEPS_OF_WHOLE_UTTERANCES);
    for (let at = 0; at < bias; at++) gradient[at] = (gradient[at] ?? 0) + recipe.shrinkage * (adam.values[at] ?? 0);
    adam.step(gradient);
  }
  const weights = names
    .map((name, at) => [name, Number((adam.values[at] ?? 0).toFixed(recipe.digits))] as const)
    .filter(([, weight]) => weight !== 0)
    .sort(([, a], [, b]) => b - a);
  return parseWordingModel({
    windowMs: recipe.windowMs,
    bias: Number((adam.values[bias] ?? 0).toFixed(3)),
    weights: Object.fromEntries(weights),
  });
}

function windowsOf(heard: HeardCall, windowMs: number): Array<readonly [from: number, to: number]> {
  const lastBy = (atMs: number): number =>
    Math.max(
      0,
      heard.findLastIndex(({ endMs }) => endMs <= atMs),
    );
  const lasts = [...QUARTERS.map((quarter) => Math.ceil(quarter * heard.length) - 1), ...EARLY_MS.map(lastBy)];
  return lasts.map((to) => {
    const endMs = heard[to]?.endMs ?? 0;
    return [heard.findIndex((each) => endMs - each.endMs < windowMs), to];
  });
}

/** Of each utterance its best passage, or all of it. */
function runsOf({ utterances }: Example, values: Float64Array, areFound: boolean): Run[] {
  return utterances.map((words) => {
    const scores = words.map((features) => features.reduce((sum, feature) => sum + (values[feature] ?? 0), 0));
    return areFound ? bestRun(scores) : { sum: scores.reduce((a, b) => a + b, 0), from: 0, to: words.length };
  });
}

/** The bias stands last. */
function addGradient(gradient: Float64Array, example: Example, values: Float64Array, areFound: boolean): void {
  const bias = values.length - 1;
  const runs = runsOf(example, values, areFound);
  const errors = new Float64Array(runs.length);
  for (const [from, to] of example.windows) {
    const logOdds = runs.slice(from, to + 1).reduce((all, { sum }) => all + sum, values[bias] ?? 0);
    const error = (1 / (1 + Math.exp(-logOdds)) - (example.isScam ? 1 : 0)) * example.share;
    gradient[bias] = (gradient[bias] ?? 0) + error;
    for (let at = from; at <= to; at++) errors[at] = (errors[at] ?? 0) + error;
  }
  for (const [at, run] of runs.entries()) addTo(gradient, example.utterances[at] ?? [], run, errors[at] ?? 0);
}

/** To each feature of a passage. */
function addTo(gradient: Float64Array, words: readonly Int32Array[], { from, to }: Run, error: number): void {
  for (const features of words.slice(from, to))
    for (const feature of features) gradient[feature] = (gradient[feature] ?? 0) + error;
}
