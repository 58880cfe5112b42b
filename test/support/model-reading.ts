import type { CallFacts, Fact } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { NO_TOKENS, type TokenUsage } from '../../src/call/model-usage.ts';
import type { Utterance } from '../../src/call/utterance.ts';
import type { FactFinder, FoundFacts, ScoringWindow } from '../../src/scoring/fact-finder.ts';
import type { Interest } from '../../src/scoring/interest.ts';
import { startModelReader } from '../../src/scoring/model-reader.ts';
import { createModelSpend } from '../../src/scoring/model-spend.ts';
import { createSlidingWindow } from '../../src/scoring/window.ts';
import { createFakeClock } from './fake-clock.ts';
import { settled } from './settled.ts';

const LIMITS = {
  deadlineMs: 4_000,
  patienceMs: { cue: 0, topic: 6_000, foreign: 8_000, small_talk: 20_000 },
  gapMs: 3_000,
  contextUtterances: 2,
};
export const BUDGET = { requests: 6, inputTokens: 8_000 };
export const REQUEST_TOKENS = 500;

export const found = (more: Partial<CallFacts> = {}): FoundFacts => ({
  ok: true,
  found: { facts: [], scamType: 'none', summary: '', ...more },
  usage: { ...NO_TOKENS, inputTokens: REQUEST_TOKENS },
});
export const failed = (retryable: boolean, usage: TokenUsage | null = NO_TOKENS): FoundFacts => ({
  ok: false,
  failure: { provider: 'openai', code: 'x', message: '', retryable },
  usage,
});

export function start(budget = BUDGET) {
  const clock = createFakeClock();
  const window = createSlidingWindow({ spanMs: 180_000, utterances: 60, characters: 3_000 });
  const spend = createModelSpend(clock, budget);
  const asked: Array<{
    atMs: number;
    window: ScoringWindow;
    signal: AbortSignal;
    answer: (found: FoundFacts) => Promise<void>;
  }> = [];
  const model: FactFinder = {
    promptVersion: 'test',
    inputTokensOf: () => REQUEST_TOKENS,
    find: (read, { signal }) =>
      new Promise((resolve) => {
        const answer = async (result: FoundFacts): Promise<void> => {
          resolve(result);
          await settled();
        };
        asked.push({ atMs: clock.monotonicMs(), window: read, signal, answer });
      }),
  };
  const told: Array<{ newest: string; found: CallFacts }> = [];
  const failures: string[] = [];
  const facts: Fact[] = [];
  const reader = startModelReader({
    clock,
    model,
    limits: LIMITS,
    window,
    spend,
    observer: {
      scored: () => undefined,
      spent: () => undefined,
      modelFailed: ({ code }) => failures.push(code),
      failed: (error) => failures.push(String(error)),
    },
    known: () => ({ facts, scamType: 'none' }),
    onFound: (result, newest) => told.push({ newest: newest.id, found: result }),
  });
  let number = 0;
  const hear = (interest: Interest): Utterance => {
    number += 1;
    const endMs = clock.monotonicMs();
    const utterance: Utterance = { id: utteranceIdOf(number), speaker: 'unknown', text: 'so', startMs: endMs, endMs };
    window.add(utterance);
    reader.hear(interest);
    return utterance;
  };
  const newsOf = (index: number) => asked[index]?.window.news.map(({ id }) => id);
  return { clock, reader, window, spend, asked, told, failures, facts, hear, newsOf };
}
