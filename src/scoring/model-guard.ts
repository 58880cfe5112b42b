import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { Clock } from '../call/clock.ts';
import type { TokenUsage } from '../call/model-usage.ts';
import type { FactFinder, FoundFacts } from './fact-finder.ts';
import { createTokenBudget, type TokenBudgetLimits } from './token-budget.ts';

export interface ModelGuardLimits extends TokenBudgetLimits {
  /** Failures in a row, over all calls, after which the model is left alone. */
  readonly failuresInARow: number;
  /** How long it is left alone before one request tries again. */
  readonly openMs: number;
}

/** The longest pause that a provider's `retry-after` can impose. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** Of what uncached input costs: https://developers.openai.com/api/docs/pricing */
const CACHED_SHARE = 0.1;

const leftAlone = (code: string): FoundFacts => ({
  ok: false,
  failure: { provider: 'openai', code, message: 'the model is not asked at present', retryable: true },
  usage: null,
});

/**
 * One guard for all calls of a process: rate limits and outages are the account's, not a call's. While the circuit is
 * open or the tokens are spent, calls are scored by the local finder alone.
 */
export function guardFactFinder(finder: FactFinder, clock: Clock, limits: ModelGuardLimits): FactFinder {
  const budget = createTokenBudget(clock, limits);
  const circuit = circuitBreaker(
    handleWhenResult((result) => {
      const found = result as FoundFacts;
      return !found.ok && found.failure.retryable;
    }),
    { halfOpenAfter: limits.openMs, breaker: new ConsecutiveBreaker(limits.failuresInARow) },
  );

  return {
    promptVersion: finder.promptVersion,
    inputTokensOf: finder.inputTokensOf,
    async find(window, options) {
      if (budget.isSpent) return leftAlone('process_budget_spent');
      // While one request tries whether the model is back, the others do without it rather than wait.
      if (circuit.state === CircuitState.HalfOpen || circuit.state === CircuitState.Isolated)
        return leftAlone('circuit_open');
      try {
        const result = await circuit.execute(() => finder.find(window, options));
        if (result.usage !== null) budget.spend(weightOf(result.usage));
        if (!result.ok && result.failure.retryAfterMs !== undefined) {
          const isolation = circuit.isolate();
          clock.after(Math.min(LONGEST_RETRY_AFTER_MS, result.failure.retryAfterMs), () => isolation.dispose());
        }
        return result;
      } catch (error) {
        if (error instanceof BrokenCircuitError) return leftAlone('circuit_open');
        throw error;
      }
    },
  };
}

const weightOf = ({ inputTokens, cachedInputTokens, outputTokens }: TokenUsage): number =>
  inputTokens + cachedInputTokens * CACHED_SHARE + outputTokens;
