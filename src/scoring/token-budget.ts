import type { Clock } from '../call/clock.ts';

export interface TokenBudgetLimits {
  readonly tokensPerMinute: number;
  /** What may be spent at once. */
  readonly burstTokens: number;
}

/** What a process may spend on the language model: a bucket that fills again as time passes. It may go below nothing. */
export interface TokenBudget {
  readonly isSpent: boolean;
  spend(tokens: number): void;
}

export function createTokenBudget(clock: Clock, { tokensPerMinute, burstTokens }: TokenBudgetLimits): TokenBudget {
  let available = burstTokens;
  let countedAtMs = clock.monotonicMs();

  function refill(): void {
    const nowMs = clock.monotonicMs();
    available = Math.min(burstTokens, available + ((nowMs - countedAtMs) * tokensPerMinute) / 60_000);
    countedAtMs = nowMs;
  }

  return {
    get isSpent() {
      refill();
      return available <= 0;
    },
    spend(tokens) {
      refill();
      available -= tokens;
    },
  };
}
