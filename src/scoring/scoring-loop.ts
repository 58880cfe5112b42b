import type { Analysis, Reading } from '../call/analysis.ts';
import type { Clock } from '../call/clock.ts';
import type { Fact, FinderName } from '../call/facts.ts';
import { type AnalysisId, newId, type ScoringId } from '../call/ids.ts';
import type { ModelUsage } from '../call/model-usage.ts';
import type { Priors } from '../call/priors.ts';
import { NO_RISK } from '../call/risk.ts';
import type { Utterance } from '../call/utterance.ts';
import { createFactBook } from './fact-book.ts';
import type { FactFinder } from './fact-finder.ts';
import { createInterestMeter, type Interest } from './interest.ts';
import { createLocalFinder } from './local/local-finder.ts';
import { type ModelReaderObserver, type ReadingLimits, startModelReader } from './model-reader.ts';
import { createModelSpend, type ModelBudgetLimits } from './model-spend.ts';
import { createRiskAssessor, type RiskPolicy } from './risk-policy.ts';
import type { ScoringMemory } from './scoring-memory.ts';
import { createStories, likeliestFirst } from './stories.ts';
import { createSlidingWindow, type WindowLimits } from './window.ts';

export interface ScoringLimits {
  readonly window: WindowLimits;
  readonly reading: ReadingLimits;
  readonly modelBudget: ModelBudgetLimits;
}

export interface ScoringDependencies {
  readonly clock: Clock;
  readonly policy: RiskPolicy;
  /** Null: the local finder scores alone. */
  readonly model: FactFinder | null;
  readonly limits: ScoringLimits;
  readonly observer: ScoringObserver;
}

export interface ScoringObserver extends Omit<ModelReaderObserver, 'scored'> {
  /** One finder has looked at a window, `ms` long. */
  scored(finder: FinderName, ms: number): void;
  /** A final utterance, or an answer of the model, is about to be scored. */
  sliceBegins(): void;
}

/** What the call looks like after one finder has spoken. */
export interface Verdict {
  readonly analysis: Analysis;
  /** What this finder has not said before; already part of the assessment. */
  readonly newFacts: readonly Fact[];
  /** There is a fact, a story or a score that the verdict before did not have. */
  readonly isNews: boolean;
  /** The newest utterance that the finder had read. */
  readonly utterance: Utterance;
}

/** The scoring of one call: every final utterance at once by the local finder, and by the model what is worth asking. */
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
  /** What the model cost so far. */
  usage(): ModelUsage;
  /** No more utterances: lets the model read the last of them, within one deadline. */
  finish(): Promise<void>;
  /** Another process goes on with the call: nothing more is asked here. */
  stop(): void;
}

export function startScoring(
  { clock, policy, model, limits, observer }: ScoringDependencies,
  onVerdict: (verdict: Verdict) => void,
): ScoringLoop {
  const window = createSlidingWindow(limits.window);
  const local = createLocalFinder();
  const interest = createInterestMeter();
  const book = createFactBook();
  const stories = createStories();
  const assess = createRiskAssessor(policy);
  let priors: Priors | null = null;
  const spend = createModelSpend(clock, limits.modelBudget);
  const scoringId = newId<ScoringId>();
  let summary = '';
  let nowMs = 0;
  /** The latest verdict. */
  let latest = { assessment: NO_RISK, stories: 0, number: 0 };
  const reader =
    model &&
    startModelReader({
      clock,
      model,
      limits: limits.reading,
      window,
      spend,
      observer,
      known: () => ({ facts: book.all(), scamType: stories.likeliest() }),
      onFound(found, newest) {
        observer.sliceBegins();
        stories.hear('model', [found.scamType]);
        summary = found.summary || summary;
        conclude('model', found.facts, newest);
      },
    });

  function conclude(finder: FinderName, found: readonly Fact[], utterance: Utterance): void {
    const newFacts = book.add(found);
    const told = [...stories.all()];
    const assessment = assess({ facts: book.all(), stories: stories.all(), priors }, nowMs);
    const isNews =
      newFacts.length > 0 ||
      told.length > latest.stories ||
      assessment.score !== latest.assessment.score ||
      assessment.level !== latest.assessment.level;
    latest = { assessment, stories: told.length, number: latest.number + (isNews ? 1 : 0) };
    const analysis = {
      analysisId: newId<AnalysisId>(),
      finder,
      assessment,
      scamType: stories.likeliest(),
      summary,
      policyVersion: policy.version,
      weightsVersion: policy.likeness.model.version,
      promptVersion: finder === 'model' ? (model?.promptVersion ?? null) : null,
      basis: { scoringId, number: latest.number, stories: told, priors, readings: newFacts.map(withoutWords) },
      atMs: nowMs,
    };
    onVerdict({ analysis, newFacts, isNews, utterance });
  }

  function hearLocally(utterance: Utterance): Interest {
    const startedAtMs = clock.monotonicMs();
    const storiesBefore = stories.all().size;
    const found = local.hear(utterance);
    stories.hear('local', found.scamTypes);
    const hasCue = found.facts.length > 0 || stories.all().size > storiesBefore;
    const worth = interest.hear(utterance.text, hasCue);
    observer.scored('local', clock.monotonicMs() - startedAtMs);
    conclude('local', found.facts, utterance);
    return worth;
  }

  return {
    hear(utterance) {
      observer.sliceBegins();
      nowMs = Math.max(nowMs, utterance.endMs);
      window.add(utterance);
      const worth = hearLocally(utterance);
      reader?.hear(worth);
    },
    spokenIn: local.spokenIn,
    learn(known) {
      if (priors !== null) return;
      const newest = window.utterances().at(-1);
      // A moment after the verdict on what was heard last, which is then still the verdict without them.
      if (newest !== undefined) nowMs += 1;
      priors = { ...known, knownAtMs: newest === undefined ? 0 : nowMs };
      if (newest !== undefined) conclude('local', [], newest);
    },
    get priors() {
      return priors;
    },
    restore(memory) {
      const heard = window.utterances();
      window.restore(memory.utterances, memory.unread);
      stories.hear('local', memory.stories);
      spend.restore(memory.spend);
      summary ||= memory.summary;
      priors = memory.priors ?? priors;
      // What was not read there was worth reading at least as much as what nothing is known of.
      if (memory.unread.length > 0) reader?.hear('topic');
      const last = memory.utterances.at(-1);
      if (last === undefined) return;
      nowMs = Math.max(nowMs, last.endMs);
      conclude('local', memory.facts, heard.at(-1) ?? last);
    },
    memory: () => ({
      utterances: window.utterances(),
      unread: window.unread().map(({ id }) => id),
      facts: book.readings(),
      stories: likeliestFirst(stories.likeliest(), stories.all()),
      priors,
      summary,
      spend: spend.memory(),
    }),
    usage: () => spend.usage,
    async finish() {
      await reader?.finish();
    },
    stop() {
      reader?.stop();
    },
  };
}

const withoutWords = ({ quote: _, ...reading }: Fact): Reading => reading;
