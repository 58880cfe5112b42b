import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  IsolatedCircuitError,
} from 'cockatiel';
import type { Clock } from '../call/clock.ts';
import type { FactFinder, FoundFacts } from './fact-finder.ts';

export interface ModelGuardLimits {
  /** Failures in a row, over all calls, after which the model is left alone. */
  readonly failuresInARow: number;
  /** How long it is left alone before one request tries again. */
  readonly openMs: number;
  /** What all calls of this process together may spend in a minute. */
  readonly tokensPerMinute: number;
}

/** The longest pause that a provider's `retry-after` can impose. */
const LONGEST_RETRY_AFTER_MS = 120_000;

const leftAlone = (code: string): FoundFacts => ({
  ok: false,
  failure: { provider: 'openai', code, message: 'the model is not asked at present', retryable: true },
});

/**
 * One guard for all calls of a process: rate limits and outages are the account's, not a call's. While the circuit is
 * open or the minute's tokens are spent, calls are scored by the local finder alone.
 */
export function guardFactFinder(finder: FactFinder, clock: Clock, limits: ModelGuardLimits): FactFinder {
  const circuit = circuitBreaker(
    handleWhenResult((result) => {
      const found = result as FoundFacts;
      return !found.ok && found.failure.retryable;
    }),
    { halfOpenAfter: limits.openMs, breaker: new ConsecutiveBreaker(limits.failuresInARow) },
  );
  let minuteStartMs = clock.monotonicMs();
  let spentTokens = 0;

  function isSpent(): boolean {
    if (clock.monotonicMs() - minuteStartMs >= 60_000) {
      minuteStartMs = clock.monotonicMs();
      spentTokens = 0;
    }
    return spentTokens >= limits.tokensPerMinute;
  }

  return {
    async find(window, options) {
      if (isSpent()) return leftAlone('process_budget_spent');
      try {
        const result = await circuit.execute(() => finder.find(window, options));
        if (result.ok) spentTokens += result.tokens;
        else if (result.failure.retryAfterMs !== undefined) {
          const isolation = circuit.isolate();
          clock.after(Math.min(LONGEST_RETRY_AFTER_MS, result.failure.retryAfterMs), () => isolation.dispose());
        }
        return result;
      } catch (error) {
        if (error instanceof BrokenCircuitError || error instanceof IsolatedCircuitError)
          return leftAlone('circuit_open');
        throw error;
      }
    },
  };
}
