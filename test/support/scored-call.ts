import type { CallFacts } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import type { Utterance } from '../../src/call/utterance.ts';
import { LIMITS } from '../../src/limits.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import type { FactFinder, FoundFacts, ScoringWindow } from '../../src/scoring/fact-finder.ts';
import { startScoring, type Verdict } from '../../src/scoring/scoring-loop.ts';
import { createFakeClock } from './fake-clock.ts';
import { settled } from './settled.ts';

const NOTHING: CallFacts = { facts: [], scamType: 'none', summary: '' };
export const PORT = { promptVersion: 'test', inputTokensOf: () => 500 };

/** A model that answers when the test says so. */
export function createModel() {
  const asked: Array<{ window: ScoringWindow; answer: (found: FoundFacts) => Promise<void> }> = [];
  const finder: FactFinder = {
    ...PORT,
    find: (window) =>
      new Promise((resolve) => {
        asked.push({
          window,
          async answer(found) {
            resolve(found);
            await settled();
          },
        });
      }),
  };
  return { finder, asked };
}

export function start(model: FactFinder | null) {
  const clock = createFakeClock();
  const verdicts: Verdict[] = [];
  const failures: string[] = [];
  const loop = startScoring(
    {
      clock,
      policy: DEFAULT_POLICY,
      model,
      limits: LIMITS.scoring,
      observer: {
        sliceBegins: () => undefined,
        scored: () => undefined,
        spent: () => undefined,
        modelFailed: ({ code }) => failures.push(code),
        failed: (error) => failures.push(String(error)),
      },
    },
    (verdict) => verdicts.push(verdict),
  );
  let number = 0;
  const hear = (text: string): Utterance => {
    number += 1;
    const utterance: Utterance = {
      id: utteranceIdOf(number),
      speaker: 'unknown',
      text,
      startMs: number * 1_000,
      endMs: number * 1_000 + 900,
    };
    loop.hear(utterance);
    return utterance;
  };
  return { clock, loop, verdicts, failures, hear };
}
export const found = (more: Partial<CallFacts> = {}): FoundFacts => ({
  ok: true,
  found: { ...NOTHING, ...more },
  usage: { inputTokens: 100, cachedInputTokens: 1_500, outputTokens: 20 },
});
