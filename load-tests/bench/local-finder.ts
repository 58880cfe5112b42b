import { resolve } from 'node:path';
import type { ScamType } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import type { Utterance } from '../../src/call/utterance.ts';
import { readLabelledCalls } from '../../src/evaluation/call-files.ts';
import { speak } from '../../src/evaluation/speaking-pace.ts';
import { quantile } from '../../src/evaluation/statistics.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { createFactBook } from '../../src/scoring/fact-book.ts';
import { createLocalFinder } from '../../src/scoring/local/local-finder.ts';
import { createRiskAssessor } from '../../src/scoring/risk-policy.ts';
import { ratio } from './history.ts';

/** What one final segment costs the local finder and the policy: `npm run bench -- --only finder`. */
const CALLS = resolve(import.meta.dirname, '../../src/training/calls');
const SPANISH_CALLS = resolve(import.meta.dirname, '../../src/evaluation/calls');
const PASSES = 5;
const LIMIT_MS = 1;
const BETWEEN_CALLS_MS = 1_000;

/** Of all segments of all passes. */
interface Costs {
  readonly segments: number;
  readonly finder: Quantiles;
  readonly policy: Quantiles;
  readonly both: Quantiles;
  readonly withinLimit: number;
}

interface Quantiles {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

interface Times {
  readonly finderMs: number[];
  readonly policyMs: number[];
}

export type LocalFinderFigures = ReturnType<typeof measureLocalFinder>;

export function measureLocalFinder(say: (line: string) => void) {
  const calls = readLabelledCalls(CALLS).map((call) => speak(call).utterances);
  const scams = readLabelledCalls(resolve(CALLS, 'scams_en.jsonl')).map((call) => speak(call).utterances);
  const spanishCalls = readLabelledCalls(SPANISH_CALLS)
    .filter(({ language }) => language === 'es')
    .map((call) => speak(call).utterances);
  for (const line of [
    `Method: the segments of ${calls.length} calls written for training, at speaking pace, each call to a finder and a fact book of its own;`,
    `then those of its ${scams.length} scams in one call, which never stops pressing; then those of ${spanishCalls.length} Spanish calls. ${PASSES} passes in one process, after one to warm up.`,
    'Time: the finder, from a segment to its facts; the policy, from these to the verdict, on all facts of the call.',
  ]) {
    say(line);
  }
  const separate = measure(calls, 'en');
  const long = measure([oneAfterAnother(scams)], 'en');
  const spanish = measure(spanishCalls, 'es');
  return {
    separate,
    long,
    spanish,
    comparable: {
      'Ratio of the medians of both together, the long call to separate ones': ratio(
        long.both.p50Ms,
        separate.both.p50Ms,
      ),
    },
  };
}

export function reportLocalFinder({ separate, long, spanish }: LocalFinderFigures): string[] {
  return [
    `separate calls: ${summary(separate)}`,
    `one long call: ${summary(long)}`,
    `Spanish calls: ${summary(spanish)}`,
  ];
}

function measure(each: ReadonlyArray<readonly Utterance[]>, language: string): Costs {
  for (const utterances of each) play(utterances, language, { finderMs: [], policyMs: [] });
  const times: Times = { finderMs: [], policyMs: [] };
  for (let pass = 0; pass < PASSES; pass++) for (const utterances of each) play(utterances, language, times);
  const { finderMs, policyMs } = times;
  const bothMs = finderMs.map((ms, at) => ms + (policyMs[at] ?? 0));
  return {
    segments: bothMs.length,
    finder: quantiles(finderMs),
    policy: quantiles(policyMs),
    both: quantiles(bothMs),
    withinLimit: bothMs.filter((ms) => ms < LIMIT_MS).length,
  };
}

function play(utterances: readonly Utterance[], language: string, { finderMs, policyMs }: Times): void {
  const finder = createLocalFinder();
  finder.spokenIn(language);
  const book = createFactBook();
  const assess = createRiskAssessor(DEFAULT_POLICY);
  const stories = new Set<ScamType>();
  for (const utterance of utterances) {
    const startedAt = performance.now();
    const { facts, scamTypes } = finder.hear(utterance);
    const foundAt = performance.now();
    book.add(facts);
    for (const type of scamTypes) stories.add(type);
    assess({ facts: book.all(), stories, priors: null }, utterance.endMs);
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

function quantiles(ms: readonly number[]): Quantiles {
  return { p50Ms: quantile(ms, 0.5), p99Ms: quantile(ms, 0.99) };
}

function summary({ segments, finder, policy, both, withinLimit }: Costs): string {
  const parts = [`finder ${inWords(finder)}`, `policy ${inWords(policy)}`, `both ${inWords(both)}`];
  return `${segments} segments; ${parts.join('; ')}; ${withinLimit} of ${segments} under ${LIMIT_MS} ms`;
}

const inWords = ({ p50Ms, p99Ms }: Quantiles): string =>
  `p50 ${(p50Ms ?? 0).toFixed(3)} ms, p99 ${(p99Ms ?? 0).toFixed(3)} ms`;
