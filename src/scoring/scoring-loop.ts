import type { Analysis } from '../call/analysis.ts';
import type { Clock } from '../call/clock.ts';
import type { Fact, FinderName, ScamType } from '../call/facts.ts';
import type { ProviderFailure } from '../call/failure.ts';
import { type AnalysisId, newId } from '../call/ids.ts';
import type { Utterance } from '../call/utterance.ts';
import { createFactBook } from './fact-book.ts';
import type { FactFinder, ScoringWindow } from './fact-finder.ts';
import { createLocalFinder } from './local/local-finder.ts';
import { assessRisk, type RiskPolicy } from './risk-policy.ts';
import { createSlidingWindow, type WindowLimits } from './window.ts';

export interface ScoringLimits {
  readonly window: WindowLimits;
  /** The model's whole time for one answer. */
  readonly modelDeadlineMs: number;
  /** The least time between the starts of two requests of one call. */
  readonly modelGapMs: number;
  /** What one call may spend on the model. */
  readonly tokensPerCall: number;
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
  /** No more utterances: waits for the answer that is under way, within its deadline. */
  finish(): Promise<void>;
}

export function startScoring(
  { clock, policy, model, limits, observer }: ScoringDependencies,
  onVerdict: (verdict: Verdict) => void,
): ScoringLoop {
  const window = createSlidingWindow(limits.window);
  const local = createLocalFinder();
  const book = createFactBook();
  const scamTypes: Record<FinderName, ScamType> = { local: 'none', model: 'none' };
  let summary = '';
  let nowMs = 0;
  let hasNews = false;
  let isFinished = false;
  let spentTokens = 0;
  let lastAskedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;
  let cancelWait: (() => void) | null = null;

  function conclude(finder: FinderName, found: readonly Fact[], utterance: Utterance): void {
    const newFacts = book.add(found);
    const scamType = knownType(scamTypes.model) ?? knownType(scamTypes.local) ?? scamTypes.model;
    const assessment = assessRisk({ facts: book.all(), scamType, summary }, nowMs, policy);
    const analysisId = newId<AnalysisId>();
    const analysis = { analysisId, finder, assessment, scamType, summary, policyVersion: policy.version, atMs: nowMs };
    onVerdict({ analysis, newFacts, utterance });
  }

  function hearLocally(utterance: Utterance): void {
    const startedAtMs = clock.monotonicMs();
    const found = local.hear(utterance);
    scamTypes.local = found.scamType;
    observer.scored('local', clock.monotonicMs() - startedAtMs);
    conclude('local', found.facts, utterance);
  }

  /** One request at a time; what is said meanwhile is asked about next, in the newest window. */
  function askModel(): void {
    if (model === null || isFinished || !hasNews || underWay !== null || cancelWait !== null) return;
    if (spentTokens >= limits.tokensPerCall) return;
    const waitMs = lastAskedAtMs + limits.modelGapMs - clock.monotonicMs();
    if (waitMs > 0) {
      cancelWait = clock.after(waitMs, () => {
        cancelWait = null;
        askModel();
      });
      return;
    }
    hasNews = false;
    lastAskedAtMs = clock.monotonicMs();
    underWay = ask(model, window.current()).finally(() => {
      underWay = null;
      askModel();
    });
  }

  async function ask(finder: FactFinder, asked: ScoringWindow): Promise<void> {
    const giveUp = new AbortController();
    const cancelDeadline = clock.after(limits.modelDeadlineMs, () => giveUp.abort());
    const result = await finder.find(asked, { signal: giveUp.signal });
    cancelDeadline();
    observer.scored('model', clock.monotonicMs() - lastAskedAtMs);
    const newest = asked.utterances.at(-1);
    if (!result.ok) observer.modelFailed(result.failure);
    else if (newest !== undefined) {
      spentTokens += result.tokens;
      scamTypes.model = result.found.scamType;
      summary = result.found.summary;
      conclude('model', result.found.facts, newest);
    }
  }

  return {
    hear(utterance) {
      nowMs = utterance.endMs;
      window.add(utterance);
      hearLocally(utterance);
      hasNews = true;
      askModel();
    },
    async finish() {
      isFinished = true;
      cancelWait?.();
      await underWay;
    },
  };
}

const knownType = (type: ScamType): ScamType | null => (type === 'none' || type === 'other' ? null : type);
