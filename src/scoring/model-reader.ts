import { type Clock, withinDeadline } from '../call/clock.ts';
import type { CallFacts } from '../call/facts.ts';
import type { ProviderFailure } from '../call/failure.ts';
import type { TokenUsage } from '../call/model-usage.ts';
import type { Utterance } from '../call/utterance.ts';
import type { FactFinder, FoundFacts, ScoringWindow } from './fact-finder.ts';
import type { Interest } from './interest.ts';
import type { ModelSpend } from './model-spend.ts';
import type { SlidingWindow } from './window.ts';

export interface ReadingLimits {
  /** The model's whole time for one answer. */
  readonly deadlineMs: number;
  /** How long an utterance may wait to be read, by what the local finder makes of it. */
  readonly patienceMs: { readonly [I in Interest]: number };
  /** The least time between two requests, for each request of the last minute: a call that is asked about often waits longer. */
  readonly gapMs: number;
  /** How many utterances before the new ones are read again. */
  readonly contextUtterances: number;
}

export interface ModelReaderDependencies {
  readonly clock: Clock;
  readonly model: FactFinder;
  readonly limits: ReadingLimits;
  readonly window: SlidingWindow;
  readonly spend: ModelSpend;
  readonly observer: ModelReaderObserver;
  /** What is known of the call at present. */
  readonly known: () => ScoringWindow['known'];
  /** The newest utterance is the newest that the model had read. */
  readonly onFound: (found: CallFacts, newest: Utterance) => void;
}

export interface ModelReaderObserver {
  /** One finder has looked at a window, `ms` long. */
  scored(finder: 'model', ms: number): void;
  spent(tokens: TokenUsage): void;
  modelFailed(failure: ProviderFailure): void;
  /** A bug of ours met in the model's way; the local finder goes on. */
  failed(error: unknown): void;
}

/**
 * Has the language model read a call, piece by piece, when something was said that is worth it.
 *
 * Every utterance says how long it can wait. When the first wait is up, all that is unread is asked about in one request,
 * unless one is under way, the last was too recent, or the minute's budget is spent: then as soon as that is over. What
 * failed for the provider's sake stays unread, and is asked about again.
 */
export interface ModelReader {
  /** `utterance` is in the window. */
  hear(interest: Interest): void;
  /** No more utterances: reads the last of them, within one deadline. */
  finish(): Promise<void>;
  /** Asks nothing more. */
  stop(): void;
}

export function startModelReader(dependencies: ModelReaderDependencies): ModelReader {
  const { clock, model, limits, window, spend, observer, known, onFound } = dependencies;
  let dueAtMs = Number.POSITIVE_INFINITY;
  let lastAskedAtMs = Number.NEGATIVE_INFINITY;
  let isFinished = false;
  let underWay: Promise<void> | null = null;
  let cancelWait = (): void => undefined;

  const next = (): ScoringWindow => {
    const news = window.unread();
    const { facts, scamType } = known();
    const isNew = new Set(news.map(({ id }) => id));
    return {
      // Of the new utterances the model is to make up its own mind.
      known: { facts: facts.filter(({ utteranceId }) => !isNew.has(utteranceId)), scamType },
      context: window.context(limits.contextUtterances),
      news,
    };
  };

  function schedule(): void {
    cancelWait();
    if (isFinished || underWay !== null || dueAtMs === Number.POSITIVE_INFINITY) return;
    const gapMs = limits.gapMs * Math.max(1, spend.requestsInMinute);
    const tooSoonMs = Math.max(dueAtMs, lastAskedAtMs + gapMs) - clock.monotonicMs();
    // What a request would cost is worth finding out only when there is room for one.
    const waitMs = tooSoonMs > 0 ? tooSoonMs : spend.waitMs(0);
    if (waitMs > 0) cancelWait = clock.after(waitMs, schedule);
    else askIfAffordable();
  }

  function askIfAffordable(): void {
    const asked = next();
    const inputTokens = model.inputTokensOf(asked);
    const waitMs = spend.waitMs(inputTokens);
    if (waitMs > 0) cancelWait = clock.after(waitMs, schedule);
    else {
      underWay = ask(asked, inputTokens, limits.deadlineMs).finally(() => {
        underWay = null;
        schedule();
      });
    }
  }

  async function ask(asked: ScoringWindow, inputTokens: number, deadlineMs: number): Promise<void> {
    dueAtMs = Number.POSITIVE_INFINITY;
    lastAskedAtMs = clock.monotonicMs();
    const settle = spend.begin(inputTokens);
    const giveUp = new AbortController();
    try {
      const answer = pay(model.find(asked, giveUp), settle);
      const result = await withinDeadline(clock, deadlineMs, answer);
      if (result === undefined) giveUp.abort();
      observer.scored('model', clock.monotonicMs() - lastAskedAtMs);
      hearResult(result ?? LATE, asked.news);
    } catch (error) {
      window.markRead(asked.news);
      observer.failed(error);
    }
  }

  /** A late answer is paid for like any other. */
  async function pay(finding: Promise<FoundFacts>, settle: (cost: TokenUsage | null) => void): Promise<FoundFacts> {
    const result = await finding;
    settle(result.usage);
    if (result.usage !== null) observer.spent(result.usage);
    return result;
  }

  function hearResult(result: FoundFacts, news: readonly Utterance[]): void {
    if (result.ok || !result.failure.retryable) window.markRead(news);
    else dueAtMs = clock.monotonicMs();
    const newest = news.at(-1);
    if (!result.ok) observer.modelFailed(result.failure);
    else if (newest !== undefined) onFound(result.found, newest);
  }

  function stop(): void {
    isFinished = true;
    cancelWait();
  }

  return {
    stop,
    hear(interest) {
      dueAtMs = Math.min(dueAtMs, clock.monotonicMs() + limits.patienceMs[interest]);
      schedule();
    },
    async finish() {
      stop();
      const endsAtMs = clock.monotonicMs() + limits.deadlineMs;
      await underWay;
      const leftMs = endsAtMs - clock.monotonicMs();
      if (leftMs <= 0 || window.unread().length === 0) return;
      const asked = next();
      const inputTokens = model.inputTokensOf(asked);
      if (spend.waitMs(inputTokens) === 0) await ask(asked, inputTokens, leftMs);
    },
  };
}

const LATE: FoundFacts = {
  ok: false,
  failure: { provider: 'openai', code: 'late', message: 'no answer within the deadline', retryable: true },
  usage: null,
};
