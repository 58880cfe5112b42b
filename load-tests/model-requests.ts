import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Clock } from '../src/call/clock.ts';
import { readLabelledCalls } from '../src/evaluation/call-files.ts';
import type { LabelledCall } from '../src/evaluation/labelled-call.ts';
import { markdownTable } from '../src/evaluation/markdown-table.ts';
import { speak } from '../src/evaluation/speaking-pace.ts';
import { quantile } from '../src/evaluation/statistics.ts';
import { LIMITS } from '../src/limits.ts';
import { DEFAULT_POLICY } from '../src/scoring/default-policy.ts';
import type { FactFinder, ScoringWindow } from '../src/scoring/fact-finder.ts';
import { createOpenAIFactFinder, LEAST_BYTES_PER_TOKEN } from '../src/scoring/openai/openai-fact-finder.ts';
import { startScoring } from '../src/scoring/scoring-loop.ts';
import { createFakeClock, type FakeClock } from '../test/support/fake-clock.ts';

/**
 * How often calls have the language model asked, and what they spend on it: labelled calls, at speaking pace and in
 * virtual time, through the service's own scoring. `npm run bench:model -- [--data PATH]`: those of PATH that may be
 * trained on, and those written for that.
 */
const CALLS = resolve(import.meta.dirname, '../src/training/calls');
const ANSWER_MS = 1_000;
const STEP_MS = 100;
/** A published tokenizer, o200k_base, makes 4.06 of the instructions. */
const BYTES_PER_TOKEN = 4;
const MINUTE_MS = 60_000;
const NOTHING: ScoringWindow = { known: { facts: [], scamType: 'none' }, context: [], news: [] };
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Asked {
  readonly atMs: number;
  /** Input that the provider's cache did not hold. */
  readonly tokens: number;
}

interface Played {
  readonly lengthMs: number;
  readonly asked: readonly Asked[];
}

const { values } = parseArgs({ options: { data: { type: 'string', default: CALLS } } });
const calls = [...new Set([resolve(values.data), CALLS])]
  .flatMap(readLabelledCalls)
  .filter(({ isForTraining }) => isForTraining);
const nameOf = ({ source, isScam }: LabelledCall): string => `${source}, ${isScam ? 'scam' : 'honest'}`;
for (const line of [
  `Method: ${calls.length} calls, each to a scoring of its own; the model answers after ${ANSWER_MS} ms and finds nothing.`,
  'Length: the mean, seconds. First: when a call was first asked about, median. Requests and tokens: of a call on the',
  `average, and the most in any minute of any call. Tokens: input that no cache held, one for ${BYTES_PER_TOKEN} bytes; with a provider`,
  'that keeps the instructions after the first request of each call, and with one that keeps nothing.',
  '',
]) {
  print(line);
}
const FIGURES = ['requests', 'most', 'tokens', 'most'];
const rows = [['calls', 'number', 'length', 'first', ...FIGURES, ...FIGURES.with(0, 'no cache: requests')]];
for (const name of new Set(calls.map(nameOf))) {
  const named = calls.filter((call) => nameOf(call) === name);
  const kept = await playAll(named, true);
  const lengthS = kept.reduce((sum, played) => sum + played.lengthMs, 0) / kept.length / 1_000;
  const firstMs = quantile(
    kept.flatMap(({ asked }) => asked[0]?.atMs ?? []),
    0.5,
  );
  const times = [lengthS, (firstMs ?? 0) / 1_000].map((seconds) => `${Math.round(seconds)} s`);
  rows.push([name, `${named.length}`, ...times, ...figures(kept), ...figures(await playAll(named, false))]);
}
print(markdownTable(rows));

function figures(played: readonly Played[]): string[] {
  const asked = played.flatMap((each) => each.asked);
  const tokens = asked.reduce((sum, request) => sum + request.tokens, 0);
  const most = (of: (request: Asked) => number): number =>
    Math.max(...played.map((each) => mostInMinute(each.asked, of)));
  return [
    (asked.length / played.length).toFixed(1),
    `${most(() => 1)}`,
    `${Math.round(tokens / played.length)}`,
    `${most((request) => request.tokens)}`,
  ];
}

function mostInMinute(asked: readonly Asked[], of: (request: Asked) => number): number {
  const minutes = asked.map(({ atMs }) =>
    asked
      .filter((other) => other.atMs <= atMs && other.atMs > atMs - MINUTE_MS)
      .reduce((sum, each) => sum + of(each), 0),
  );
  return Math.max(0, ...minutes);
}

async function playAll(named: readonly LabelledCall[], isKept: boolean): Promise<Played[]> {
  const played: Played[] = [];
  for (const call of named) played.push(await play(call, isKept));
  return played;
}

async function play(call: LabelledCall, isKept: boolean): Promise<Played> {
  const clock = createFakeClock();
  const asked: Asked[] = [];
  const { utterances, lengthMs } = speak(call);
  const loop = startScoring(
    {
      clock,
      policy: DEFAULT_POLICY,
      model: createModel(clock, isKept, asked),
      limits: LIMITS.scoring,
      observer: { sliceBegins: ignore, scored: ignore, spent: ignore, modelFailed: ignore, failed: rethrow },
    },
    ignore,
  );
  for (const utterance of utterances) {
    await letPass(clock, utterance.endMs - clock.monotonicMs());
    loop.hear(utterance);
  }
  const over = loop.finish();
  await letPass(clock, 2 * ANSWER_MS);
  await over;
  return { lengthMs, asked };
}

/** Asks nobody; the size of the requests is that of real ones. */
function createModel(clock: Clock, isKept: boolean, asked: Asked[]): FactFinder {
  const finder = createOpenAIFactFinder({
    apiKey: 'none',
    baseUrl: 'http://localhost',
    model: 'none',
    reasoningEffort: 'none',
    omit: [],
    deadlineMs: 1,
  });
  // The finder reckons with fewer bytes until a server has told it more.
  const inputTokensOf = (window: ScoringWindow): number =>
    Math.ceil((finder.inputTokensOf(window) * LEAST_BYTES_PER_TOKEN) / BYTES_PER_TOKEN);
  const instructionTokens = inputTokensOf(NOTHING);
  return {
    promptVersion: finder.promptVersion,
    inputTokensOf,
    find(window) {
      const cachedInputTokens = isKept && asked.length > 0 ? instructionTokens : 0;
      const inputTokens = inputTokensOf(window) - cachedInputTokens;
      asked.push({ atMs: clock.monotonicMs(), tokens: inputTokens });
      const found = { facts: [], scamType: 'none', summary: '' } as const;
      return new Promise((resolve) => {
        clock.after(ANSWER_MS, () =>
          resolve({ ok: true, found, usage: { inputTokens, cachedInputTokens, outputTokens: 0 } }),
        );
      });
    },
  };
}

/** Step by step, so that what an answer leads to happens in its own time. */
async function letPass(clock: FakeClock, ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
    clock.advance(Math.min(STEP_MS, leftMs));
    await new Promise((done) => setImmediate(done));
  }
}

function ignore(): void {
  // Only how often the model is asked is looked at.
}

function rethrow(error: unknown): never {
  throw error;
}
