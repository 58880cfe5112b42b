import { describe, expect, it } from 'vitest';
import type { CallFacts, Fact } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { NO_TOKENS, type TokenUsage } from '../../src/call/model-usage.ts';
import type { Utterance } from '../../src/call/utterance.ts';
import type { FactFinder, FoundFacts, ScoringWindow } from '../../src/scoring/fact-finder.ts';
import type { Interest } from '../../src/scoring/interest.ts';
import { startModelReader } from '../../src/scoring/model-reader.ts';
import { createModelSpend } from '../../src/scoring/model-spend.ts';
import { createSlidingWindow } from '../../src/scoring/window.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const LIMITS = {
  deadlineMs: 4_000,
  patienceMs: { cue: 0, topic: 6_000, foreign: 8_000, small_talk: 20_000 },
  gapMs: 3_000,
  contextUtterances: 2,
};
const BUDGET = { requests: 6, inputTokens: 8_000 };
const REQUEST_TOKENS = 500;
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

const found = (more: Partial<CallFacts> = {}): FoundFacts => ({
  ok: true,
  found: { facts: [], scamType: 'none', summary: '', ...more },
  usage: { ...NO_TOKENS, inputTokens: REQUEST_TOKENS },
});
const failed = (retryable: boolean, usage: TokenUsage | null = NO_TOKENS): FoundFacts => ({
  ok: false,
  failure: { provider: 'openai', code: 'x', message: '', retryable },
  usage,
});
const leftAlone = failed(true, null);

function start(budget = BUDGET) {
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

describe('the model', () => {
  it.each([
    ['cue', 0],
    ['topic', 6_000],
    ['foreign', 8_000],
    ['small_talk', 20_000],
  ] as const)('reads what is a %s %i ms later, with all that was said meanwhile', (interest, waitMs) => {
    const { clock, asked, hear, newsOf } = start();
    hear(interest);
    if (waitMs > 0) {
      clock.advance(waitMs - 1);
      hear('small_talk');
      expect(asked).toHaveLength(0);
      clock.advance(1);
    }
    expect(asked).toHaveLength(1);
    expect(newsOf(0)).toHaveLength(waitMs > 0 ? 2 : 1);
  });

  it('reads at once what waited for longer, when something more urgent is said', () => {
    const { clock, hear, newsOf } = start();
    hear('small_talk');
    clock.advance(1_000);
    hear('cue');
    expect(newsOf(0)).toEqual(['u1', 'u2']);
  });

  it('reads what is new, after a little of what it has read', async () => {
    const { clock, asked, hear, newsOf } = start();
    hear('small_talk');
    hear('small_talk');
    hear('cue');
    await asked[0]?.answer(found());
    clock.advance(10_000);
    hear('cue');
    expect(newsOf(1)).toEqual(['u4']);
    expect(asked[1]?.window.context.map(({ id }) => id)).toEqual(['u2', 'u3']);
  });

  it('is told what is known, but for the new utterances, of which it makes up its own mind', () => {
    const { facts, asked, hear } = start();
    const fact = { tactic: 'threat', quote: 'so', stance: 'pressed', finder: 'local', atMs: 0 } as const;
    facts.push({ ...fact, utteranceId: utteranceIdOf(1) }, { ...fact, utteranceId: utteranceIdOf(9) });
    hear('cue');
    expect(asked[0]?.window.known.facts.map(({ utteranceId }) => utteranceId)).toEqual(['u9']);
  });

  it('reads one piece at a time; what is said meanwhile is the next', async () => {
    const { clock, asked, told, hear, newsOf } = start();
    hear('cue');
    hear('cue');
    clock.advance(3_500);
    expect(asked).toHaveLength(1);
    await asked[0]?.answer(found());
    expect(told).toMatchObject([{ newest: 'u1' }]);
    expect(newsOf(1)).toEqual(['u2']);
  });

  it('does not read again when nothing was said', async () => {
    const { clock, asked, hear } = start();
    hear('cue');
    await asked[0]?.answer(found());
    clock.advance(120_000);
    expect(asked).toHaveLength(1);
  });

  it('is asked at growing intervals, and never more often in a minute than the budget allows', async () => {
    const { clock, asked, hear } = start();
    for (let second = 0; second < 300; second++) {
      hear('cue');
      await asked.at(-1)?.answer(found());
      clock.advance(1_000);
    }
    const times = asked.map(({ atMs }) => atMs);
    expect(times.slice(0, 6)).toEqual([0, 3_000, 9_000, 18_000, 30_000, 45_000]);
    for (const time of times) {
      expect(times.filter((other) => other >= time && other < time + 60_000).length).toBeLessThanOrEqual(6);
    }
    expect(times.length).toBeGreaterThan(20);
  });

  it('is asked less often where nothing is cached, and a call costs no more than its minute has', async () => {
    const { clock, asked, hear } = start({ ...BUDGET, inputTokens: 3 * REQUEST_TOKENS });
    for (let second = 0; second < 300; second++) {
      hear('cue');
      await asked.at(-1)?.answer(found());
      clock.advance(1_000);
    }
    const times = asked.map(({ atMs }) => atMs);
    for (const time of times) {
      expect(times.filter((other) => other >= time && other < time + 60_000).length).toBeLessThanOrEqual(3);
    }
    expect(times.length).toBeGreaterThanOrEqual(14);
  });

  it('is given up when it takes too long, and reads the same again with what came after', async () => {
    const { clock, asked, failures, hear, newsOf } = start();
    hear('cue');
    hear('small_talk');
    clock.advance(3_999);
    expect(asked[0]?.signal.aborted).toBe(false);
    clock.advance(1);
    await settled();
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(failures).toEqual(['late']);
    expect(newsOf(1)).toEqual(['u1', 'u2']);
  });

  it('reads the same again after a failure of the provider’s, no sooner than after any request', async () => {
    const { clock, asked, hear, newsOf } = start();
    hear('cue');
    await asked[0]?.answer(failed(true));
    clock.advance(2_999);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect(newsOf(1)).toEqual(['u1']);
  });

  it('does not read again what it refused', async () => {
    const { clock, asked, hear, newsOf } = start();
    hear('cue');
    await asked[0]?.answer(failed(false));
    clock.advance(60_000);
    expect(asked).toHaveLength(1);
    hear('cue');
    expect(newsOf(1)).toEqual(['u2']);
  });

  it('that is left alone is not counted as asked, and looked after again', async () => {
    const { clock, asked, spend, hear } = start();
    hear('cue');
    for (let time = 0; time < 20; time++) {
      await asked.at(-1)?.answer(leftAlone);
      clock.advance(3_000);
    }
    expect(asked).toHaveLength(21);
    expect(spend.usage.requests).toBe(1); // the one that is under way
  });

  it('reads the last words too, as far as the budget goes', async () => {
    const { clock, asked, reader, hear, newsOf } = start({ ...BUDGET, requests: 2 });
    hear('cue');
    await asked[0]?.answer(found());
    hear('small_talk');
    const over = reader.finish();
    await settled();
    expect(newsOf(1)).toEqual(['u2']);
    await asked[1]?.answer(found());
    await over;
    hear('cue');
    clock.advance(5_000);
    expect(asked).toHaveLength(2);
    const spent = start({ ...BUDGET, requests: 1 });
    spent.hear('cue');
    await spent.asked[0]?.answer(found());
    spent.hear('cue');
    await spent.reader.finish();
    expect(spent.asked).toHaveLength(1);
  });

  it('ends with the answer that is under way', async () => {
    const { clock, asked, told, reader, hear } = start();
    hear('cue');
    const over = reader.finish();
    await asked[0]?.answer(found({ summary: 'late' }));
    await over;
    expect(told).toMatchObject([{ found: { summary: 'late' } }]);
    clock.advance(60_000);
    expect(asked).toHaveLength(1);
  });

  it('is asked nothing more about a call that has left', () => {
    const { clock, asked, reader, hear } = start();
    hear('small_talk');
    reader.stop();
    hear('cue');
    clock.advance(60_000);
    expect(asked).toHaveLength(0);
  });
});
