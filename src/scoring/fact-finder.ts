import type { CallFacts, Fact, ScamType } from '../call/facts.ts';
import type { ProviderFailure } from '../call/failure.ts';
import type { TokenUsage } from '../call/model-usage.ts';
import type { Utterance } from '../call/utterance.ts';

/** What the model is to read of a call: what was said since it read last, with what leads up to it. */
export interface ScoringWindow {
  /** What is known of the call before the new utterances. */
  readonly known: { readonly facts: readonly Fact[]; readonly scamType: ScamType };
  /** A few utterances that it has read already, oldest first. */
  readonly context: readonly Utterance[];
  /** Oldest first. */
  readonly news: readonly Utterance[];
}

/**
 * PORT: reads a stretch of a call and says which tactics stand in it, and where.
 *
 * It finds facts and never judges: the risk policy does. Every fact's quote stands word for word in its utterance, of
 * the context or of the news; an adapter drops those that do not. A failure is a value. When `signal` aborts, the answer
 * no longer matters and the request is given up.
 */
export interface FactFinder {
  /** Of the instructions that it is given: recorded with what comes of them. */
  readonly promptVersion: string;
  /** What reading this costs when nothing of it is in the provider's cache, in input tokens; rather too many than too few. */
  inputTokensOf(window: ScoringWindow): number;
  find(window: ScoringWindow, options: { readonly signal: AbortSignal }): Promise<FoundFacts>;
}

/** `usage` is what it cost, also an answer that was of no use; null when nobody was asked. */
export type FoundFacts =
  | { readonly ok: true; readonly found: CallFacts; readonly usage: TokenUsage }
  | { readonly ok: false; readonly failure: ProviderFailure; readonly usage: TokenUsage | null };
