import { EVERYDAY_WORDS } from './everyday-words.ts';
import { type Leaf, type Phrase, parsePhrase, type WordClasses } from './phrase.ts';
import { type Ends, endsOf, FURTHEST, isNumber, longestOf } from './phrase-match.ts';
import { type MisheardRow, misheardEnds, misheardRowsOf } from './phrase-misheard.ts';

/** A phrase of a lexicon, what it stands for, and what it stands for where a word of it was heard wrong: nothing if absent. */
export type PhraseMeaning<Meaning> = readonly [phrase: string, meaning: Meaning, misheard?: Meaning];

interface Entry<Meaning> {
  readonly phrase: Phrase;
  readonly meaning: Meaning;
  readonly misheard: Meaning | undefined;
  readonly misheardRows: readonly MisheardRow[];
  readonly firsts: WordSet;
}

/** Words `from` to before `to`. */
export interface Occurrence<Meaning> {
  readonly meaning: Meaning;
  readonly from: number;
  readonly to: number;
}

export interface Phrasebook<Meaning> {
  /** Every occurrence that ends after `ownFrom`, for each phrase the longest at each place. */
  find(said: SaidWords, ownFrom: number): Array<Occurrence<Meaning>>;
}

/** What was said, and where each of its words stands in it. */
export interface SaidWords {
  readonly words: readonly string[];
  readonly placesOf: ReadonlyMap<string, readonly number[]>;
  /** The different words, by their first letters. */
  readonly byLetters: ReadonlyMap<string, readonly string[]>;
  readonly numbersAt: readonly number[];
}

export function indexWords(words: readonly string[]): SaidWords {
  const placesOf = new Map<string, number[]>();
  const byLetters = new Map<string, string[]>();
  const numbersAt: number[] = [];
  for (const [at, word] of words.entries()) {
    const places = placesOf.get(word);
    if (places !== undefined) places.push(at);
    else {
      placesOf.set(word, [at]);
      add(byLetters, lettersOf(word), word);
    }
    if (isNumber(word)) numbersAt.push(at);
  }
  return { words, placesOf, byLetters, numbersAt };
}

function add<Value>(index: Map<string, Value[]>, key: string, value: Value): void {
  const there = index.get(key);
  if (there === undefined) index.set(key, [value]);
  else there.push(value);
}

/** The letters by which stems are looked up: no stem may be shorter. */
const STEM_LETTERS = 3;
const lettersOf = (word: string): string => word.slice(0, STEM_LETTERS);
/**
 * A large lexicon costs little: of each phrase the words are known of which one must occur, the rarest that it has, and
 * only where one does is the phrase tried, at the words that may begin it.
 */
export function createPhrasebook<Meaning>(
  phrases: ReadonlyArray<PhraseMeaning<Meaning>>,
  classes: WordClasses,
): Phrasebook<Meaning> {
  const byWord = new Map<string, Array<Entry<Meaning>>>();
  const byStem = new Map<string, Array<Entry<Meaning>>>();
  const byNumber: Array<Entry<Meaning>> = [];
  for (const [text, meaning, misheard] of phrases) {
    const phrase = parsePhrase(text, classes);
    if (mostWordsOf(phrase) > FURTHEST) throw new Error(`a phrase too long: ${text}`);
    const misheardRows = misheard === undefined ? [] : misheardRowsOf(phrase);
    const entry = { phrase, meaning, misheard, misheardRows, firsts: wordSetOf(firstsOf(phrase, text)) };
    const { words, stems, hasNumber } = wordSetOf(anchorsOf(phrase));
    for (const word of words) add(byWord, word, entry);
    for (const [letters] of stems) add(byStem, letters, entry);
    if (hasNumber) byNumber.push(entry);
  }

  function candidates({ placesOf, byLetters, numbersAt }: SaidWords): Set<Entry<Meaning>> {
    const found = new Set<Entry<Meaning>>();
    for (const word of placesOf.keys()) for (const entry of byWord.get(word) ?? []) found.add(entry);
    for (const letters of byLetters.keys()) for (const entry of byStem.get(letters) ?? []) found.add(entry);
    if (numbersAt.length > 0) for (const entry of byNumber) found.add(entry);
    return found;
  }

  return {
    find(said, ownFrom) {
      const found: Array<Occurrence<Meaning>> = [];
      for (const entry of candidates(said)) {
        for (const from of placesIn(said, entry.firsts)) {
          const occurrence = occurrenceAt(entry, said.words, from);
          if (occurrence !== null && occurrence.to > ownFrom) found.push(occurrence);
        }
      }
      return found;
    },
  };
}

/** Where the words of a set stand, from the first place to the last. */
function placesIn(
  { placesOf, byLetters, numbersAt }: SaidWords,
  { words, stems, hasNumber }: WordSet,
): readonly number[] {
  let places = hasNumber ? numbersAt : NOWHERE;
  for (const word of words) places = both(places, placesOf.get(word));
  for (const [letters, ofLetters] of stems) {
    for (const word of byLetters.get(letters) ?? []) {
      if (ofLetters.some((stem) => word.startsWith(stem))) places = both(places, placesOf.get(word));
    }
  }
  return places;
}

const NOWHERE: readonly number[] = [];

/** Each is in order, and so is what they are together. Mostly one of the two is empty. */
function both(some: readonly number[], others: readonly number[] = NOWHERE): readonly number[] {
  if (others.length === 0) return some;
  if (some.length === 0) return others;
  const places: number[] = [];
  let next = 0;
  for (const place of some) {
    for (let other = others[next]; other !== undefined && other <= place; other = others[++next]) {
      if (other < place) places.push(other);
    }
    places.push(place);
  }
  for (; next < others.length; next++) places.push(others[next] as number);
  return places;
}

function occurrenceAt<Meaning>(
  { phrase, meaning, misheard, misheardRows }: Entry<Meaning>,
  words: readonly string[],
  from: number,
): Occurrence<Meaning> | null {
  const ends = endsOf(phrase, words, from);
  if (ends !== 0) return { meaning, from, to: from + longestOf(ends) };
  if (misheard === undefined) return null;
  let misheardEnd: Ends = 0;
  for (const row of misheardRows) misheardEnd |= misheardEnds(row, words, from);
  return misheardEnd === 0 ? null : { meaning: misheard, from, to: from + longestOf(misheardEnd) };
}

interface WordSet {
  /** Each once. */
  readonly words: readonly string[];
  /** By their first letters. */
  readonly stems: ReadonlyArray<readonly [letters: string, stems: readonly string[]]>;
  readonly hasNumber: boolean;
}

function wordSetOf(nodes: readonly Leaf[]): WordSet {
  return {
    words: [...new Set(nodes.flatMap((node) => (node.is === 'word' ? [node.text] : [])))],
    stems: [...byLetters(nodes.flatMap((node) => (node.is === 'stem' ? [node.text] : [])))],
    hasNumber: nodes.some((node) => node.is === 'number'),
  };
}

function byLetters(stems: readonly string[]): Map<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const stem of stems) add(grouped, lettersOf(stem), stem);
  return grouped;
}

function firstsOf(node: Phrase, text: string): Leaf[] {
  const { leaves, mayBeEmpty } = openings(node, text);
  if (mayBeEmpty) throw new Error(`a phrase that may be nothing: ${text}`);
  return leaves;
}

function openings(node: Phrase, text: string): { readonly leaves: Leaf[]; readonly mayBeEmpty: boolean } {
  switch (node.is) {
    case 'word':
    case 'number':
      return { leaves: [node], mayBeEmpty: false };
    case 'stem':
      if (node.text.length < STEM_LETTERS) throw new Error(`a stem too short: ${text}`);
      return { leaves: [node], mayBeEmpty: false };
    case 'gap':
      throw new Error(`a gap at an edge: ${text}`);
    case 'maybe':
      return { leaves: openings(node.part, text).leaves, mayBeEmpty: true };
    case 'choice': {
      const each = node.parts.map((part) => openings(part, text));
      return { leaves: each.flatMap(({ leaves }) => leaves), mayBeEmpty: each.some((part) => part.mayBeEmpty) };
    }
    case 'row': {
      const leaves: Leaf[] = [];
      for (const part of node.parts) {
        const opening = openings(part, text);
        leaves.push(...opening.leaves);
        if (!opening.mayBeEmpty) return { leaves, mayBeEmpty: false };
      }
      return { leaves, mayBeEmpty: true };
    }
  }
}

function mostWordsOf(node: Phrase): number {
  switch (node.is) {
    case 'word':
    case 'stem':
    case 'number':
      return 1;
    case 'gap':
      return node.most;
    case 'maybe':
      return mostWordsOf(node.part);
    case 'choice':
      return Math.max(...node.parts.map(mostWordsOf));
    case 'row':
      return node.parts.reduce((sum, part) => sum + mostWordsOf(part), 0);
  }
}

/** Of a row the part whose words are rarest; of a choice those of every part. Empty for what may be missing. */
function anchorsOf(node: Phrase): Leaf[] {
  switch (node.is) {
    case 'word':
    case 'stem':
    case 'number':
      return [node];
    case 'gap':
    case 'maybe':
      return [];
    case 'choice':
      return node.parts.flatMap(anchorsOf);
    case 'row': {
      const parts = node.parts.map(anchorsOf).filter((leaves) => leaves.length > 0);
      return parts.reduce(
        (rarest, leaves) => (commonness(leaves) < commonness(rarest) ? leaves : rarest),
        parts[0] ?? [],
      );
    }
  }
}

const commonness = (leaves: readonly Leaf[]): number =>
  leaves.reduce((sum, leaf) => sum + (leaf.is === 'number' || EVERYDAY_WORDS.has(leaf.text) ? 20 : 1), 0);
