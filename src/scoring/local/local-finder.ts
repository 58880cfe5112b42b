import { type Fact, type ScamType, TACTICS, type Tactic } from '../../call/facts.ts';
import type { Utterance } from '../../call/utterance.ts';
import { ENGLISH } from './english/english.ts';
import type { Lexicon } from './lexicon.ts';
import { createPhrasebook, type Occurrence } from './phrasebook.ts';
import { readSpokenText, type SpokenText } from './spoken-text.ts';
import { stanceOf } from './stance.ts';

/** The detector that needs no network: rules over what is said and how, at once and within a millisecond. */
export interface LocalFinder {
  hear(utterance: Utterance): LocalFacts;
  /** What is heard from now on is in this language, BCP 47. As long as nobody says so, all lexicons are tried. */
  spokenIn(language: string): void;
}

export interface LocalFacts {
  /** Of the newest utterance. */
  readonly facts: readonly Fact[];
  /** The stories that the call has told so far, the likeliest first. */
  readonly scamTypes: readonly ScamType[];
}

/** How many of the words before are read again, so that a phrase across utterances is still one phrase. */
const CARRIED_WORDS = 10;
const CARRIED_WITHIN_MS = 3_000;
/** A recogniser that cuts a sentence in two may put a full stop there; after these words it is none. */
const UNFINISHED = /\b(the|a|an|to|your|and|of|for|me|my|with|on|in|is|will)[.?!]$/i;

interface Cue {
  readonly tactic: Tactic;
  readonly isWeak: boolean;
}

/** By language, as BCP 47 begins with it. */
const LEXICONS: Readonly<Record<string, Lexicon>> = { en: ENGLISH };

const BOOKS = new Map(
  Object.entries(LEXICONS).map(([language, { classes, tactics, stories }]) => [
    language,
    {
      cues: createPhrasebook<Cue>(
        TACTICS.flatMap((tactic) => [
          ...tactics[tactic].clear.map((phrase) => [phrase, { tactic, isWeak: false }] as const),
          ...(tactics[tactic].weak ?? []).map((phrase) => [phrase, { tactic, isWeak: true }] as const),
        ]),
        classes,
      ),
      stories: createPhrasebook<{ readonly type: ScamType; readonly phrase: string }>(
        Object.entries(stories).flatMap(([type, phrases]) =>
          phrases.map((phrase) => [phrase, { type: type as ScamType, phrase }] as const),
        ),
        classes,
      ),
    },
  ]),
);

const ALL_BOOKS = [...BOOKS.values()];

/** Of a language that has no lexicon, all of them: people mix languages. */
function booksOf(language: string) {
  const own = BOOKS.get(language.split('-')[0] ?? '');
  return own === undefined ? ALL_BOOKS : [own];
}

export function createLocalFinder(): LocalFinder {
  const cues = new Map<ScamType, Set<string>>();
  let previous: Utterance | null = null;
  /** The last words before the newest utterance, as they were said. */
  let carried: string[] = [];
  let books = ALL_BOOKS;

  function carry(utterance: Utterance): string {
    const goesOn =
      previous !== null &&
      utterance.startMs - previous.endMs < CARRIED_WITHIN_MS &&
      previous.speaker === utterance.speaker;
    const before = goesOn ? carried : [];
    const text = UNFINISHED.test(utterance.text) ? utterance.text.slice(0, -1) : utterance.text;
    previous = utterance;
    carried = [...before, ...text.split(/\s+/)].slice(-CARRIED_WORDS);
    return before.length === 0 ? '' : `${before.join(' ')} `;
  }

  function hearStories(words: readonly string[]): ScamType[] {
    for (const { stories } of books) {
      for (const { meaning } of stories.find(words, 0)) {
        const heard = cues.get(meaning.type) ?? new Set();
        cues.set(meaning.type, heard.add(meaning.phrase));
      }
    }
    return [...cues].sort(([, a], [, b]) => b.size - a.size).map(([type]) => type);
  }

  return {
    hear(utterance) {
      const before = carry(utterance);
      const spoken = readSpokenText(before + utterance.text);
      const ownFrom = spoken.wordsBefore(before.length);
      const facts = new Map<Tactic, Fact>();
      for (const { cues: phrases } of books) {
        const occurrences = longest(phrases.find(spoken.words, ownFrom));
        const advice = occurrences.filter(({ meaning }) => meaning.tactic === 'protective_advice');
        for (const occurrence of occurrences) {
          // "Call us at the number on your card" asks for no card.
          const isAdvice = advice.some((each) => each !== occurrence && holds(each, occurrence));
          const fact = factOf(occurrence, isAdvice, spoken, before.length, utterance);
          if (fact !== null && isGraver(fact, facts.get(fact.tactic))) facts.set(fact.tactic, fact);
        }
      }
      return { facts: [...facts.values()], scamTypes: hearStories(spoken.words) };
    },
    spokenIn(language) {
      books = booksOf(language);
    },
  };
}

/** What is part of a longer phrase for the same tactic is read with it: "do not buy gift cards" speaks of none. */
function longest(occurrences: ReadonlyArray<Occurrence<Cue>>): ReadonlyArray<Occurrence<Cue>> {
  return occurrences.filter(
    (inner) =>
      !occurrences.some(
        (outer) =>
          outer.meaning.tactic === inner.meaning.tactic &&
          holds(outer, inner) &&
          outer.to - outer.from > inner.to - inner.from,
      ),
  );
}

const holds = (outer: Occurrence<Cue>, inner: Occurrence<Cue>): boolean =>
  outer.from <= inner.from && inner.to <= outer.to;

const isGraver = (fact: Fact, than: Fact | undefined): boolean =>
  than === undefined ||
  (fact.stance === 'pressed' && (than.stance !== 'pressed' || (than.isWeak === true && fact.isWeak !== true)));

function factOf(
  { meaning: { tactic, isWeak }, from, to }: Occurrence<Cue>,
  isAdvice: boolean,
  { words, original }: SpokenText,
  ownPlace: number,
  { id, speaker, endMs }: Utterance,
): Fact | null {
  if (tactic === 'victim_complying' && speaker === 'caller') return null;
  const sentence = sentenceAround(words, from, to);
  const said = words.slice(from, to).join(' ');
  const ofWords = stanceOf(tactic, sentence.before, said, sentence.whole, speaker);
  const stance = ofWords === 'pressed' && isAdvice ? 'mentioned' : ofWords;
  const quote = original(from, to, ownPlace);
  const fact: Fact = { tactic, utteranceId: id, quote, stance, finder: 'local', atMs: endMs };
  return isWeak ? { ...fact, isWeak: true } : fact;
}

function sentenceAround(words: readonly string[], from: number, to: number): { before: string; whole: string } {
  const start = words.lastIndexOf('.', from) + 1;
  const end = words.indexOf('.', to);
  return {
    before: words
      .slice(start, from)
      .map((word) => `${word} `)
      .join(''),
    whole: words.slice(start, end < 0 ? words.length : end).join(' '),
  };
}
