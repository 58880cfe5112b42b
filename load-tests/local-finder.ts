import { cpus } from 'node:os';
import { resolve } from 'node:path';
import type { ScamType } from '../src/call/facts.ts';
import { utteranceIdOf } from '../src/call/ids.ts';
import type { Utterance } from '../src/call/utterance.ts';
import { readLabelledCalls } from '../src/evaluation/call-files.ts';
import { speak } from '../src/evaluation/speaking-pace.ts';
import { quantile } from '../src/evaluation/statistics.ts';
import { DEFAULT_POLICY } from '../src/scoring/default-policy.ts';
import { createFactBook } from '../src/scoring/fact-book.ts';
import { createLocalFinder } from '../src/scoring/local/local-finder.ts';
import { assessRisk } from '../src/scoring/risk-policy.ts';

/** What one final segment costs the local finder and the policy: the first part of `npm run bench`. */
const CALLS = resolve(import.meta.dirname, '../src/training/calls');
const SPANISH_CALLS = resolve(import.meta.dirname, '../src/evaluation/calls');
const PASSES = 5;
const LIMIT_MS = 1;
const BETWEEN_CALLS_MS = 1_000;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Costs {
  readonly finderMs: number[];
  readonly policyMs: number[];
}

const calls = readLabelledCalls(CALLS).map((call) => speak(call).utterances);
const scams = readLabelledCalls(resolve(CALLS, 'scams_en.jsonl')).map((call) => speak(call).utterances);
const spanishCalls = readLabelledCalls(SPANISH_CALLS)
  .filter(({ language }) => language === 'es')
  .map((call) => speak(call).utterances);
for (const line of [
  `Method: the segments of ${calls.length} calls written for training, at speaking pace, each call to a finder and a fact book of its own;`,
  `then those of its ${scams.length} scams in one call, which never stops pressing; then those of ${spanishCalls.length} Spanish calls. ${PASSES} passes in one process, after one to warm up.`,
  'Time: the finder, from a segment to its facts; the policy, from these to the verdict, on all facts of the call.',
  `Machine: ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}.`,
]) {
  print(line);
}
const usual = measure(calls, 'en');
const endless = measure([oneAfterAnother(scams)], 'en');
print(`separate calls: ${summary(usual)}`);
print(`one long call: ${summary(endless)}`);
print(`Spanish calls: ${summary(measure(spanishCalls, 'es'))}`);
print(`Ratio of the medians of both together, the long call to separate ones: ${ratio(endless, usual).toFixed(1)}`);

function measure(each: ReadonlyArray<readonly Utterance[]>, language: string): Costs {
  for (const utterances of each) play(utterances, language, { finderMs: [], policyMs: [] });
  const costs: Costs = { finderMs: [], policyMs: [] };
  for (let pass = 0; pass < PASSES; pass++) for (const utterances of each) play(utterances, language, costs);
  return costs;
}

function play(utterances: readonly Utterance[], language: string, { finderMs, policyMs }: Costs): void {
  const finder = createLocalFinder();
  finder.spokenIn(language);
  const book = createFactBook();
  const stories = new Set<ScamType>();
  for (const utterance of utterances) {
    const startedAt = performance.now();
    const { facts, scamTypes } = finder.hear(utterance);
    const foundAt = performance.now();
    book.add(facts);
    for (const type of scamTypes) stories.add(type);
    assessRisk(book.all(), stories, null, utterance.endMs, DEFAULT_POLICY);
    finderMs.push(foundAt - startedAt);
    policyMs.push(performance.now() - foundAt);
  }
}

function oneAfterAnother(each: ReadonlyArray<readonly Utterance[]>): Utterance[] {
  let fromMs = 0;
  return each
    .flatMap((utterances) => {
      const beganMs = fromMs;
      fromMs += (utterances.at(-1)?.endMs ?? 0) + BETWEEN_CALLS_MS;
      return utterances.map((said) => ({ ...said, startMs: beganMs + said.startMs, endMs: beganMs + said.endMs }));
    })
    .map((said, at) => ({ ...said, id: utteranceIdOf(at + 1) }));
}

function summary({ finderMs, policyMs }: Costs): string {
  const both = together({ finderMs, policyMs });
  const within = both.filter((ms) => ms < LIMIT_MS).length;
  const parts = [`finder ${quantiles(finderMs)}`, `policy ${quantiles(policyMs)}`, `both ${quantiles(both)}`];
  return `${both.length} segments; ${parts.join('; ')}; ${within} of ${both.length} under ${LIMIT_MS} ms`;
}

function quantiles(ms: readonly number[]): string {
  return `p50 ${(quantile(ms, 0.5) ?? 0).toFixed(3)} ms, p99 ${(quantile(ms, 0.99) ?? 0).toFixed(3)} ms`;
}

function together({ finderMs, policyMs }: Costs): number[] {
  return finderMs.map((ms, at) => ms + (policyMs[at] ?? 0));
}

function ratio(costs: Costs, to: Costs): number {
  return (quantile(together(costs), 0.5) ?? 0) / (quantile(together(to), 0.5) ?? 1);
}
