import type { ScamType, Tactic } from '../../call/facts.ts';
import type { WordClasses } from './phrase.ts';

/**
 * What the local finder listens for in one language, in the phrases of `phrase.ts`. Written from how fraud is described
 * by the FTC (https://consumer.ftc.gov/scams), the FBI's IC3 and AARP's Fraud Watch Network, and from the public-domain
 * robocalls of the FTC's Project Point of No Entry; the wording is ours. A phrase says how something is said in general:
 * who does what with what, not one caller's words.
 */
export interface Lexicon {
  readonly classes: WordClasses;
  readonly tactics: { readonly [T in Tactic]: Cues };
  /** Words that tell which story is told. Each phrase counts once a call. */
  readonly stories: { readonly [T in Exclude<ScamType, 'none' | 'other'>]: readonly string[] };
}

/** `clear` cues are said in earnest by few but frauds; `weak` ones by many others too, and count half. */
export interface Cues {
  readonly clear: readonly string[];
  readonly weak?: readonly string[];
}
