import type { Analysis } from '../call/analysis.ts';
import { type Clock, withinDeadline } from '../call/clock.ts';
import type { Fact, FinderName } from '../call/facts.ts';
import type { ProviderFailure } from '../call/failure.ts';
import { type AnalysisId, newId } from '../call/ids.ts';
import type { Priors } from '../call/priors.ts';
import type { Utterance } from '../call/utterance.ts';
import { createFactBook } from './fact-book.ts';
import type { FactFinder, FoundFacts, ScoringWindow } from './fact-finder.ts';
import { createLocalFinder } from './local/local-finder.ts';
import { leftAlone } from './model-guard.ts';
import { assessRisk, type RiskPolicy } from './risk-policy.ts';
import type { ScoringMemory } from './scoring-memory.ts';
import { createStories } from './stories.ts';
import { createTokenBudget, type TokenBudgetLimits } from './token-budget.ts';
import { createSlidingWindow, type WindowLimits } from './window.ts';

export interface ScoringLimits {
  readonly window: WindowLimits;
  /** The model's whole time for one answer. */
  readonly modelDeadlineMs: number;
  /** The least time between the starts of two requests of one call. */
  readonly modelGapMs: number;
  /** What one call may spend on the model. */
  readonly callBudget: TokenBudgetLimits;
}

export interface ScoringDependencies {
  readonly clock: Clock;
  readonly policy: RiskPolicy;
  /** Null: the local finder scores alone. */
  readonly model: FactFinder | null;
  readonly limits: ScoringLimits;
  readonly observer: ScoringObserver;
}

export interface ScoringObserver {
  /** One finder has looked at a window, `ms` long. */
  scored(finder: FinderName, ms: number): void;
  modelFailed(failure: ProviderFailure): void;
  /** A bug of ours met in the model's way; the local finder goes on. */
  failed(error: unknown): void;
}

/** What the call looks like after one finder has spoken. */
export interface Verdict {
  readonly analysis: Analysis;
  /** What this finder has not said before; already part of the assessment. */
  readonly newFacts: readonly Fact[];
  /** The newest utterance that the finder had read. */
  readonly utterance: Utterance;
}

/** The scoring of one call: every final utterance at once by the local finder, and windows of them by the model. */
export interface ScoringLoop {
  hear(utterance: Utterance): void;
  /** What is heard from now on is in this language, BCP 47. */
  spokenIn(language: string): void;
  /** What is known of the call beside its words, once: it counts from now on, and what was told before stays. */
  learn(priors: Omit<Priors, 'knownAtMs'>): void;
  readonly priors: Priors | null;
  /** Goes on where another process left the call, with what was heard here already after it; yields one verdict. */
  restore(memory: ScoringMemory): void;
  memory(): ScoringMemory;
  /** No more utterances: lets the model read the last of them, within one deadline. */
  finish(): Promise<void>;
}

export function startScoring(
  { clock, policy, model, limits, observer }: ScoringDependencies,
  onVerdict: (verdict: Verdict) => void,
): ScoringLoop {
  let window = createSlidingWindow(limits.window);
  const local = createLocalFinder();
  const book = createFactBook();
  const budget = createTokenBudget(clock, limits.callBudget);
  const stories = createStories();
  let priors: Priors | null = null;
  let summary = '';
  let nowMs = 0;
  let hasNews = false;
  let isFinished = false;
  let lastAskedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;
  let cancelWait: (() => void) | null = null;

  function conclude(finder: FinderName, found: readonly Fact[], utterance: Utterance): void {
    const newFacts = book.add(found);
    const assessment = assessRisk(book.all(), stories.all(), priors, nowMs, policy);
    const analysisId = newId<AnalysisId>();
    const scamType = stories.likeliest();
    const analysis = { analysisId, finder, assessment, scamType, summary, policyVersion: policy.version, atMs: nowMs };
    onVerdict({ analysis, newFacts, utterance });
  }

  function hearLocally(utterance: Utterance): void {
    const startedAtMs = clock.monotonicMs();
    const found = local.hear(utterance);
    stories.hear('local', found.scamTypes);
    observer.scored('local', clock.monotonicMs() - startedAtMs);
    conclude('local', found.facts, utterance);
  }

  /** One request at a time; what is said meanwhile is asked about next, in the newest window. */
  function askModel(): void {
    if (model === null || isFinished || !hasNews || underWay !== null || cancelWait !== null) return;
    const waitMs = lastAskedAtMs + limits.modelGapMs - clock.monotonicMs();
    if (waitMs > 0) {
      cancelWait = clock.after(waitMs, () => {
        cancelWait = null;
        askModel();
      });
      return;
    }
    underWay = ask(model, limits.modelDeadlineMs).finally(() => {
      underWay = null;
      askModel();
    });
  }

  async function ask(finder: FactFinder, deadlineMs: number): Promise<void> {
    hasNews = false;
    lastAskedAtMs = clock.monotonicMs();
    const asked = window.current();
    const giveUp = new AbortController();
    try {
      const answer = budget.isSpent ? leftAlone('call_budget_spent') : pay(finder.find(asked, giveUp));
      const result = await withinDeadline(clock, deadlineMs, Promise.resolve(answer));
      observer.scored('model', clock.monotonicMs() - lastAskedAtMs);
      hearModel(result ?? LATE, asked);
    } catch (error) {
      observer.failed(error);
    } finally {
      giveUp.abort();
    }
  }

  /** A late answer is paid for like any other. */
  async function pay(finding: Promise<FoundFacts>): Promise<FoundFacts> {
    const result = await finding;
    budget.spend(result.tokens);
    return result;
  }

  function hearModel(result: FoundFacts, { utterances }: ScoringWindow): void {
    const newest = utterances.at(-1);
    if (!result.ok) observer.modelFailed(result.failure);
    else if (newest !== undefined) {
      stories.hear('model', [result.found.scamType]);
      summary = result.found.summary;
      conclude('model', result.found.facts, newest);
    }
  }

  return {
    hear(utterance) {
      nowMs = Math.max(nowMs, utterance.endMs);
      window.add(utterance);
      hearLocally(utterance);
      hasNews = true;
      askModel();
    },
    spokenIn: local.spokenIn,
    learn(known) {
      if (priors !== null) return;
      const newest = window.current().utterances.at(-1);
      // A moment after the verdict on what was heard last, which is then still the verdict without them.
      if (newest !== undefined) nowMs += 1;
      priors = { ...known, knownAtMs: newest === undefined ? 0 : nowMs };
      if (newest !== undefined) conclude('local', [], newest);
    },
    get priors() {
      return priors;
    },
    restore(memory) {
      const heard = window.current().utterances;
      window = createSlidingWindow(limits.window);
      for (const utterance of [...memory.utterances, ...heard]) window.add(utterance);
      stories.hear('local', memory.stories);
      budget.restore(memory.tokens);
      summary ||= memory.summary;
      priors = memory.priors ?? priors;
      const last = memory.utterances.at(-1);
      if (last === undefined) return;
      nowMs = Math.max(nowMs, last.endMs);
      conclude('local', memory.facts, heard.at(-1) ?? last);
    },
    memory: () => ({
      utterances: window.current().utterances,
      facts: book.readings(),
      stories: [...new Set([stories.likeliest(), ...stories.all()])],
      priors,
      summary,
      tokens: budget.available,
    }),
    async finish() {
      isFinished = true;
      cancelWait?.();
      const endsAtMs = clock.monotonicMs() + limits.modelDeadlineMs;
      await underWay;
      const leftMs = endsAtMs - clock.monotonicMs();
      if (model !== null && hasNews && leftMs > 0) await ask(model, leftMs);
    },
  };
}

const LATE: FoundFacts = {
  ok: false,
  failure: { provider: 'openai', code: 'late', message: 'no answer within the deadline', retryable: true },
  tokens: 0,
};
