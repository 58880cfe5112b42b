import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_TOKENS } from '../../src/call/model-usage.ts';
import type { FactFinder, FoundFacts, ScoringWindow } from '../../src/scoring/fact-finder.ts';
import { guardFactFinder } from '../../src/scoring/model-guard.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const LIMITS = { failuresInARow: 3, openMs: 10_000, tokensPerMinute: 1_000, burstTokens: 1_000 };
const WINDOW: ScoringWindow = { known: { facts: [], scamType: 'none' }, context: [], news: [] };
const signal = new AbortController().signal;
const failed = (more: object = {}): FoundFacts => ({
  ok: false,
  failure: { provider: 'openai', code: '500', message: '', retryable: true, ...more },
  usage: NO_TOKENS,
});
const answered = (inputTokens: number): FoundFacts => ({
  ok: true,
  found: { facts: [], scamType: 'none', summary: '' },
  usage: { ...NO_TOKENS, inputTokens },
});

function guard(answer: () => FoundFacts) {
  const clock = createFakeClock();
  const find = vi.fn(async () => answer());
  const guarded: FactFinder = guardFactFinder({ promptVersion: 'test', inputTokensOf: () => 1, find }, clock, LIMITS);
  const ask = async (times = 1): Promise<FoundFacts | undefined> => {
    let last: FoundFacts | undefined;
    for (let i = 0; i < times; i++) last = await guarded.find(WINDOW, { signal });
    return last;
  };
  return { clock, find, ask };
}

describe('the guard of the model', () => {
  // The circuit breaker is a library and reads the system's clock.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('leaves the model alone after failures in a row, and tries again later', async () => {
    let answer = failed();
    const { find, ask } = guard(() => answer);
    expect(await ask(5)).toMatchObject({ ok: false, failure: { code: 'circuit_open' } });
    expect(find).toHaveBeenCalledTimes(3);
    vi.advanceTimersByTime(10_000);
    answer = answered(1);
    expect(await ask()).toMatchObject({ ok: true });
    expect(await ask()).toMatchObject({ ok: true });
  });

  it('does not mind what is no fault of the provider’s', async () => {
    const { find, ask } = guard(() => failed({ code: 'refusal', retryable: false }));
    await ask(10);
    expect(find).toHaveBeenCalledTimes(10);
  });

  it('waits as long as a rate limit asks, for all calls', async () => {
    let answer = failed({ code: 'rate_limit_exceeded', retryAfterMs: 30_000 });
    const { clock, find, ask } = guard(() => answer);
    expect(await ask(4)).toMatchObject({ failure: { code: 'circuit_open' } });
    expect(find).toHaveBeenCalledTimes(1);
    answer = answered(1);
    clock.advance(30_000);
    expect(await ask()).toMatchObject({ ok: true });
  });

  it('lets one request try whether the model is back, and the other calls do without meanwhile', async () => {
    let answer = failed();
    const { find, ask } = guard(() => answer);
    await ask(3);
    vi.advanceTimersByTime(10_000);
    answer = answered(1);
    const both = await Promise.all([ask(), ask()]);
    expect(both.map((result) => result?.ok)).toEqual([true, false]);
    expect(find).toHaveBeenCalledTimes(4);
  });

  it('spends no more tokens in a minute than the process may, also on answers of no use', async () => {
    const usage = { inputTokens: 500, cachedInputTokens: 500, outputTokens: 50 };
    const { clock, find, ask } = guard(() => ({ ...failed({ retryable: false }), usage }));
    expect(await ask(3)).toMatchObject({ failure: { code: 'process_budget_spent' }, usage: null });
    expect(find).toHaveBeenCalledTimes(2);
    clock.advance(60_000);
    await ask();
    expect(find).toHaveBeenCalledTimes(3);
  });
});
