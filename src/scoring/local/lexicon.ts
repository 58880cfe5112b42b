import type { ScamType, Tactic } from '../../call/facts.ts';
import type { WordClasses } from './phrase.ts';

/**
 * What the local finder knows of one language: how it is spoken, what a speaker does with a tactic, and the phrases to
 * listen for, in the language of `phrase.ts`. The phrases are written from how fraud is described by those who collect
 * reports of it (each lexicon names them); the wording is ours. A phrase says how something is said in general: who does
 * what with what, not one caller's words.
 */
export interface Lexicon {
  readonly speech: Speech;
  readonly stances: StanceWords;
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

/** The parts in which the phrases are written. */
export type PersuasionCues = Pick<Lexicon['tactics'], 'authority' | 'rapport' | 'commitment' | 'social_proof'>;
export type PressureCues = Pick<Lexicon['tactics'], 'urgency' | 'threat' | 'secrecy'>;
export type AskCues = Pick<
  Lexicon['tactics'],
  | 'ask_code'
  | 'ask_identity'
  | 'ask_card'
  | 'ask_bank_login'
  | 'ask_remote_access'
  | 'ask_stay_on_line'
  | 'ask_lie_to_bank'
  | 'ask_press_or_call_back'
>;
export type MoneyAskCues = Pick<
  Lexicon['tactics'],
  | 'ask_gift_card'
  | 'ask_crypto'
  | 'ask_wire'
  | 'ask_cash_courier'
  | 'ask_move_money'
  | 'victim_complying'
  | 'protective_advice'
>;

/** How a language is written down by recognisers: what `spoken-text.ts` evens out. */
export interface Speech {
  /** The words for 0, 1, 2 and so on, as far as phrases name numbers. */
  readonly numbers: readonly string[];
  /** How the “$” of an amount is said. */
  readonly dollars: string;
  /** How “%” is said. */
  readonly percent: string;
  /** Words that say nothing wherever they stand. No phrase may hold one. */
  readonly fillers: ReadonlySet<string>;
  readonly asides: readonly Aside[];
  /** Words that are an answer by themselves when a comma follows: “no, dígame …” is two sentences, “no me diga …” one. */
  readonly answers: ReadonlySet<string>;
  readonly contractions: ReadonlyMap<string, string>;
  /** What a word with an apostrophe may end in: the first that fits is written out. */
  readonly endings: ReadonlyArray<readonly [RegExp, string]>;
  /** What stands between a letter and the word that spells it: "g *as in* golf". */
  readonly spelling: ReadonlyArray<readonly string[]>;
  /** The end of a text that goes on, though a recogniser put a full stop there. */
  readonly unfinished: RegExp;
}

/** Two words that say nothing together, but after or before certain others. */
export interface Aside {
  readonly words: readonly [string, string];
  readonly notAfter?: RegExp;
  readonly notBefore?: RegExp;
}

/**
 * By which words `stance.ts` tells what a speaker does with a tactic. Each pattern but `condition`, `ownThing`,
 * `toYou` and `addressed` reads what leads up to the tactic, with a space behind each word, then “|”, then the tactic's own words:
 * "do not |read me the code".
 */
export interface StanceWords {
  /** Words at which a new clause begins, as it does at a comma. */
  readonly clauseEnds: readonly string[];
  /** In a clause with one of these a "not" takes nothing back: "if you do not pay, you will be arrested" presses. */
  readonly condition: RegExp;
  readonly refused: RegExp;
  readonly advisedAgainst: RegExp;
  readonly denied: RegExp;
  /** What speakers do themselves, unless the tactic's words are `toYou`. */
  readonly ownDeed: RegExp;
  /** What belongs to the speaker: nobody asks for his own card. The same exception. */
  readonly ownThing: RegExp;
  readonly toYou: RegExp;
  /** What somebody else wanted of the speaker. */
  readonly narrated: RegExp;
  /** What such people do. */
  readonly warned: RegExp;
  /** Talk about such calls, in the whole sentence. It governs what follows within four words, not after a long report. */
  readonly reported: RegExp;
  readonly received: RegExp;
  /** Whom the speaker looks for. */
  readonly askedFor: RegExp;
  /** What the speaker had from whom. */
  readonly heardOf: RegExp;
  /** A threat is meant for somebody: the one who listens, or one who speaks of himself as in trouble. */
  readonly addressed: RegExp;
}
