import type { CallFacts } from '../call/facts.ts';
import type { ProviderFailure } from '../call/failure.ts';
import type { Utterance } from '../call/utterance.ts';

/** The utterances that a verdict looks at, oldest first. */
export interface ScoringWindow {
  readonly utterances: readonly Utterance[];
}

/**
 * PORT: reads a window of a call and says which tactics stand in it, and where.
 *
 * It finds facts and never judges: the risk policy does. Every fact's quote stands word for word in its utterance; an
 * adapter drops those that do not. A failure is a value. When `signal` aborts, the answer no longer matters and the
 * request is given up.
 */
export interface FactFinder {
  find(window: ScoringWindow, options: { readonly signal: AbortSignal }): Promise<FoundFacts>;
}

/** `tokens` is what the answer cost, also one that was of no use; tokens from the provider's cache count a tenth. */
export type FoundFacts =
  | { readonly ok: true; readonly found: CallFacts; readonly tokens: number }
  | { readonly ok: false; readonly failure: ProviderFailure; readonly tokens: number };
