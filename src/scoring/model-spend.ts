import type { Clock } from '../call/clock.ts';
import { addUsage, type ModelUsage, NO_TOKENS, NO_USAGE, type TokenUsage } from '../call/model-usage.ts';

export interface ModelBudgetLimits {
  /** In any minute of a call. */
  readonly requests: number;
  /** Input in any minute of a call, but for what the provider's cache held. */
  readonly inputTokens: number;
}

/** What the language model was asked about one call: all of it as figures, and the last minute as a budget. */
export interface ModelSpend {
  /** Milliseconds until a request that may cost so much input fits into the budget; 0: now. The first of a minute always does. */
  waitMs(inputTokens: number): number;
  readonly requestsInMinute: number;
  /** A request leaves. It counts as `inputTokens` until it is known what it cost; null: the model was not asked after all. */
  begin(inputTokens: number): (cost: TokenUsage | null) => void;
  readonly usage: ModelUsage;
  memory(): SpendMemory;
  /** Goes on with what another process spent on the call. */
  restore(memory: SpendMemory): void;
}

/** Ages rather than times: the clocks that measure the minute are each process's own. */
export interface SpendMemory {
  readonly usage: ModelUsage;
  /** The requests of the last minute, oldest first. */
  readonly recent: ReadonlyArray<{ readonly agoMs: number; readonly inputTokens: number }>;
}

const MINUTE_MS = 60_000;

export function createModelSpend(clock: Clock, limits: ModelBudgetLimits): ModelSpend {
  let recent: Array<{ readonly atMs: number; inputTokens: number }> = [];
  let usage = NO_USAGE;

  function forget(): void {
    const sinceMs = clock.monotonicMs() - MINUTE_MS;
    for (let oldest = recent[0]; oldest !== undefined && oldest.atMs <= sinceMs; oldest = recent[0]) recent.shift();
  }

  return {
    waitMs(inputTokens) {
      forget();
      let tokens = recent.reduce((sum, request) => sum + request.inputTokens, inputTokens);
      let waitMs = 0;
      for (const [index, oldest] of recent.entries()) {
        if (recent.length - index < limits.requests && tokens <= limits.inputTokens) break;
        tokens -= oldest.inputTokens;
        waitMs = oldest.atMs + MINUTE_MS - clock.monotonicMs();
      }
      return waitMs;
    },
    get requestsInMinute() {
      forget();
      return recent.length;
    },
    begin(inputTokens) {
      const request = { atMs: clock.monotonicMs(), inputTokens };
      recent.push(request);
      usage = addUsage(usage, { requests: 1, ...NO_TOKENS });
      return (cost) => {
        if (cost === null) recent = recent.filter((each) => each !== request);
        else request.inputTokens = cost.inputTokens;
        usage = addUsage(usage, cost === null ? { ...NO_USAGE, requests: -1 } : { ...cost, requests: 0 });
      };
    },
    get usage() {
      return usage;
    },
    memory() {
      forget();
      const nowMs = clock.monotonicMs();
      return { usage, recent: recent.map(({ atMs, inputTokens }) => ({ agoMs: nowMs - atMs, inputTokens })) };
    },
    restore(memory) {
      const nowMs = clock.monotonicMs();
      recent.unshift(...memory.recent.map(({ agoMs, inputTokens }) => ({ atMs: nowMs - agoMs, inputTokens })));
      usage = addUsage(usage, memory.usage);
    },
  };
}
