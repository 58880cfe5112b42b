import { type Fact, type ScamType, TACTICS, type Tactic } from '../../call/facts.ts';
import type { Utterance } from '../../call/utterance.ts';
import { ENGLISH } from './english/english.ts';
import type { Lexicon, StanceWords } from './lexicon.ts';
import { createPhrasebook, indexWords, type Occurrence, type Phrasebook, type SaidWords } from './phrasebook.ts';
import { SPANISH } from './spanish/spanish.ts';
import { type Place, readSpokenText } from './spoken-text.ts';
import { stanceOf } from './stance.ts';
import { createWordingMeter } from './wording.ts';

/** The detector that needs no network: rules over what is said and how, at once and within a millisecond. */
export interface LocalFinder {
  hear(utterance: Utterance): LocalFacts;
  /** What is heard from now on is in this language, BCP 47. Until somebody says so, it is read as English. */
  spokenIn(language: string): void;
}

export interface LocalFacts {
  /** Of the newest utterance. */
  readonly facts: readonly Fact[];
  /**
   * The stories that the call has told so far, the likeliest first; `other` behind them, where it is worded as frauds
   * are, and `none` where its words leave that open, or something was found in a language of which nobody has learned how
   * frauds are worded.
   */
  readonly scamTypes: readonly ScamType[];
}

/** How many of the words before are read again, so that a phrase across utterances is still one phrase. */
const CARRIED_WORDS = 10;
const CARRIED_WITHIN_MS = 3_000;
interface Cue {
  readonly tactic: Tactic;
  readonly isWeak: boolean;
}

/** A lexicon, ready to read by. */
interface Reader {
  readonly lexicon: Lexicon;
  readonly cues: Phrasebook<Cue>;
  readonly stories: Phrasebook<Story>;
}

interface Story {
  readonly type: ScamType;
  readonly phrase: string;
}

function createReader(lexicon: Lexicon): Reader {
  const { classes, tactics, stories } = lexicon;
  return {
    lexicon,
    cues: createPhrasebook<Cue>(
      TACTICS.flatMap((tactic) => [
        ...tactics[tactic].clear.map(
          (phrase) => [phrase, { tactic, isWeak: false }, { tactic, isWeak: true }] as const,
        ),
        ...(tactics[tactic].weak ?? []).map((phrase) => [phrase, { tactic, isWeak: true }] as const),
      ]),
      classes,
    ),
    stories: createPhrasebook<Story>(
      Object.entries(stories).flatMap(([type, phrases]) =>
        phrases.map((phrase) => [phrase, { type: type as ScamType, phrase }] as const),
      ),
      classes,
    ),
  };
}

const english = createReader(ENGLISH);
const spanish = createReader(SPANISH);
/** By the language that a BCP 47 tag begins with. Who speaks Spanish to a caller in the United States mixes in English. */
const READERS: ReadonlyMap<string, readonly Reader[]> = new Map([
  ['en', [english]],
  ['es', [spanish, english]],
  // What Deepgram calls a call in several languages.
  ['multi', [english, spanish]],
]);
const UNSTATED = 'en';

export function createLocalFinder(): LocalFinder {
  const cues = new Map<ScamType, Set<string>>();
  let previous: Utterance | null = null;
  /** The last words before the newest utterance, as they were said. */
  let carried: string[] = [];
  let readers = readersOf(UNSTATED);
  const wording = createWordingMeter();
  let hasFound = false;

  function carry(utterance: Utterance): string {
    const goesOn =
      previous !== null &&
      utterance.startMs - previous.endMs < CARRIED_WITHIN_MS &&
      previous.speaker === utterance.speaker;
    const before = goesOn ? carried : [];
    const isUnfinished = readers.some(({ lexicon }) => lexicon.speech.unfinished.test(utterance.text));
    const text = isUnfinished ? utterance.text.slice(0, -1) : utterance.text;
    previous = utterance;
    carried = [...before, ...text.split(/\s+/)].slice(-CARRIED_WORDS);
    return before.length === 0 ? '' : `${before.join(' ')} `;
  }

  function hearStories(reader: Reader, said: SaidWords, ownFrom: number, atMs: number): void {
    for (const { meaning } of reader.stories.find(said, 0)) {
      const heard = cues.get(meaning.type) ?? new Set();
      cues.set(meaning.type, heard.add(meaning.phrase));
    }
    if (reader === english) wording.hear(said.words.slice(ownFrom), atMs);
  }

  function storiesTold(): ScamType[] {
    const likeliestFirst = [...cues].sort(([, a], [, b]) => b.size - a.size).map(([type]) => type);
    const wordings: ScamType[] = [];
    if (wording.isFraudulent) wordings.push('other');
    if (wording.isOpen || (readers[0] !== english && hasFound)) wordings.push('none');
    return [...likeliestFirst, ...wordings];
  }

  return {
    hear(utterance) {
      const before = carry(utterance);
      const text = before + utterance.text;
      const facts = new Map<Tactic, Fact>();
      const read: Array<{ readonly reader: Reader; readonly tactic: Tactic; readonly place: Place }> = [];
      for (const reader of readers) {
        const spoken = readSpokenText(text, reader.lexicon.speech);
        const ownFrom = spoken.wordsBefore(before.length);
        const said = indexWords(spoken.words);
        const occurrences = longest(reader.cues.find(said, ownFrom));
        const advice = occurrences.filter(({ meaning }) => meaning.tactic === 'protective_advice');
        for (const occurrence of occurrences) {
          const { tactic } = occurrence.meaning;
          const place = spoken.placeOf(occurrence.from, occurrence.to);
          // What one language has read, by the words that govern it there, is not read again by another.
          const isRead = read.some(
            (each) => each.reader !== reader && each.tactic === tactic && overlap(each.place, place),
          );
          if (isRead) continue;
          read.push({ reader, tactic, place });
          // "Call us at the number on your card" asks for no card.
          const isAdvice = advice.some((each) => each !== occurrence && holds(each, occurrence));
          const quote = text.slice(Math.max(place.from, before.length), place.to);
          const fact = factOf(occurrence, isAdvice, spoken.words, reader.lexicon.stances, quote, utterance);
          if (fact !== null && isGraver(fact, facts.get(tactic))) facts.set(tactic, fact);
        }
        hearStories(reader, said, ownFrom, utterance.endMs);
      }
      hasFound ||= facts.size > 0;
      return { facts: [...facts.values()], scamTypes: storiesTold() };
    },
    spokenIn(language) {
      readers = readersOf(language);
    },
  };
}

/** Of a language without a lexicon the English one, for what it has of names and loanwords. */
function readersOf(language: string): readonly Reader[] {
  const [primary = UNSTATED] = language.toLowerCase().split('-');
  return READERS.get(primary) ?? [english];
}

/**
 * What is part of a longer phrase for the same tactic is read with it: "do not buy gift cards" speaks of none. A weak
 * phrase takes no clear one in.
 */
function longest(occurrences: ReadonlyArray<Occurrence<Cue>>): ReadonlyArray<Occurrence<Cue>> {
  return occurrences.filter(
    (inner) =>
      !occurrences.some(
        (outer) =>
          outer.meaning.tactic === inner.meaning.tactic &&
          (inner.meaning.isWeak || !outer.meaning.isWeak) &&
          holds(outer, inner) &&
          outer.to - outer.from > inner.to - inner.from,
      ),
  );
}

const holds = (outer: Occurrence<Cue>, inner: Occurrence<Cue>): boolean =>
  outer.from <= inner.from && inner.to <= outer.to;

const overlap = (one: Place, other: Place): boolean => one.from < other.to && other.from < one.to;

const isGraver = (fact: Fact, than: Fact | undefined): boolean =>
  than === undefined ||
  (fact.stance === 'pressed' && (than.stance !== 'pressed' || (than.isWeak === true && fact.isWeak !== true)));

function factOf(
  { meaning: { tactic, isWeak }, from, to }: Occurrence<Cue>,
  isAdvice: boolean,
  words: readonly string[],
  stances: StanceWords,
  quote: string,
  { id, speaker, endMs }: Utterance,
): Fact | null {
  if (tactic === 'victim_complying' && speaker === 'caller') return null;
  const sentence = sentenceAround(words, from, to);
  const said = words.slice(from, to).join(' ');
  const ofWords = stanceOf(
    { tactic, words: said, before: sentence.before, sentence: sentence.whole, speaker },
    stances,
  );
  const stance = ofWords === 'pressed' && isAdvice ? 'mentioned' : ofWords;
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
