import { describe, expect, it } from 'vitest';
import { NO_TOKENS } from '../../src/call/model-usage.ts';
import { createModelSpend } from '../../src/scoring/model-spend.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const LIMITS = { requests: 3, inputTokens: 1_000 };

function start() {
  const clock = createFakeClock();
  const spend = createModelSpend(clock, LIMITS);
  const ask = (inputTokens: number): void =>
    spend.begin(inputTokens)({ inputTokens, cachedInputTokens: 10, outputTokens: 5 });
  return { clock, spend, ask };
}

describe('what a call may spend on the model in a minute', () => {
  it('is a number of requests, in whatever minute', () => {
    const { clock, spend, ask } = start();
    for (let i = 0; i < LIMITS.requests; i++) {
      expect(spend.waitMs(1)).toBe(0);
      ask(1);
      clock.advance(10_000);
    }
    expect(spend.waitMs(1)).toBe(30_000);
    clock.advance(29_999);
    expect(spend.waitMs(1)).toBe(1);
    clock.advance(1);
    expect(spend.waitMs(1)).toBe(0);
  });

  it('is input that no cache held, in whatever minute', () => {
    const { clock, spend, ask } = start();
    ask(400);
    clock.advance(10_000);
    ask(500);
    expect(spend.waitMs(100)).toBe(0);
    expect(spend.waitMs(101)).toBe(50_000);
    expect(spend.waitMs(501)).toBe(60_000);
  });

  it('lets one request through whatever it costs', () => {
    const { spend } = start();
    expect(spend.waitMs(5_000)).toBe(0);
  });

  it('counts a request at its most until it is known what it cost', () => {
    const { spend } = start();
    const settle = spend.begin(900);
    expect(spend.waitMs(200)).toBe(60_000);
    settle({ inputTokens: 100, cachedInputTokens: 800, outputTokens: 20 });
    expect(spend.waitMs(200)).toBe(0);
    expect(spend.usage).toEqual({ requests: 1, inputTokens: 100, cachedInputTokens: 800, outputTokens: 20 });
  });

  it('does not count what was not asked after all', () => {
    const { spend } = start();
    spend.begin(900)(null);
    expect(spend.waitMs(900)).toBe(0);
    expect(spend.usage).toEqual({ requests: 0, ...NO_TOKENS });
  });

  it('goes along with the call to another process', () => {
    const [before, after] = [start(), start()];
    before.ask(400);
    before.clock.advance(20_000);
    before.ask(500);
    before.clock.advance(15_000);
    after.clock.advance(7_000);
    after.ask(50);
    after.spend.restore(JSON.parse(JSON.stringify(before.spend.memory())));
    expect(after.spend.waitMs(1)).toBe(25_000);
    expect(after.spend.usage).toEqual({ requests: 3, inputTokens: 950, cachedInputTokens: 30, outputTokens: 15 });
    after.clock.advance(45_000);
    expect(after.spend.memory().recent).toEqual([{ agoMs: 45_000, inputTokens: 50 }]);
  });
});
