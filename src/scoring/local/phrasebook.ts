import { type Leaf, type Phrase, parsePhrase, type WordClasses } from './phrase.ts';
import { COMMA, SENTENCE_END } from './spoken-text.ts';

/** One phrase of a lexicon, and what it stands for. */
interface Entry<Meaning> {
  readonly phrase: Phrase;
  readonly meaning: Meaning;
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
  find(words: readonly string[], ownFrom: number): Array<Occurrence<Meaning>>;
}

/** The letters by which stems are looked up: no stem may be shorter. */
const STEM_LETTERS = 3;
const lettersOf = (word: string): string => word.slice(0, STEM_LETTERS);
const NUMBER_WORD =
  /^(\d+|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|double|triple|cero|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|trece|catorce|quince|dieci[a-z]+|veinte|veinti[a-z]+|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|ciento|cientos|[a-z]+cient[ao]s|quinient[ao]s|mil|millon|millones)$/;
/**
 * A large lexicon costs little: of each phrase the words are known of which one must occur, the rarest that it has, and
 * only where one does is the phrase tried, at the words that may begin it.
 */
export function createPhrasebook<Meaning>(
  phrases: ReadonlyArray<readonly [phrase: string, meaning: Meaning]>,
  classes: WordClasses,
): Phrasebook<Meaning> {
  const byWord = new Map<string, Array<Entry<Meaning>>>();
  const byStem = new Map<string, Array<Entry<Meaning>>>();
  const byNumber: Array<Entry<Meaning>> = [];
  const put = (index: Map<string, Array<Entry<Meaning>>>, key: string, entry: Entry<Meaning>): void => {
    const there = index.get(key);
    if (there === undefined) index.set(key, [entry]);
    else if (there.at(-1) !== entry) there.push(entry);
  };
  for (const [text, meaning] of phrases) {
    const phrase = parsePhrase(text, classes);
    const entry = { phrase, meaning, firsts: wordSetOf(firstsOf(phrase, text)) };
    const { words, stems, hasNumber } = wordSetOf(anchorsOf(phrase));
    for (const word of words) put(byWord, word, entry);
    for (const letters of stems.keys()) put(byStem, letters, entry);
    if (hasNumber) byNumber.push(entry);
  }

  function candidates(words: readonly string[]): Set<Entry<Meaning>> {
    const found = new Set<Entry<Meaning>>();
    for (const word of words) {
      for (const entry of byWord.get(word) ?? []) found.add(entry);
      for (const entry of byStem.get(lettersOf(word)) ?? []) found.add(entry);
      if (byNumber.length > 0 && NUMBER_WORD.test(word)) for (const entry of byNumber) found.add(entry);
    }
    return found;
  }

  return {
    find(words, ownFrom) {
      const found: Array<Occurrence<Meaning>> = [];
      for (const { phrase, meaning, firsts } of candidates(words)) {
        for (let from = 0; from < words.length; from++) {
          if (!isIn(firsts, words[from] ?? '')) continue;
          let to = -1;
          for (const end of endsOf(phrase, words, from)) to = Math.max(to, end);
          if (to > ownFrom) found.push({ meaning, from, to });
        }
      }
      return found;
    },
  };
}

interface WordSet {
  readonly words: ReadonlySet<string>;
  /** By their first letters. */
  readonly stems: ReadonlyMap<string, readonly string[]>;
  readonly hasNumber: boolean;
}

function wordSetOf(nodes: readonly Leaf[]): WordSet {
  return {
    words: new Set(nodes.flatMap((node) => (node.is === 'word' ? [node.text] : []))),
    stems: byLetters(nodes.flatMap((node) => (node.is === 'stem' ? [node.text] : []))),
    hasNumber: nodes.some((node) => node.is === 'number'),
  };
}

function byLetters(stems: readonly string[]): Map<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const stem of stems) grouped.set(lettersOf(stem), [...(grouped.get(lettersOf(stem)) ?? []), stem]);
  return grouped;
}

const isIn = ({ words, stems, hasNumber }: WordSet, word: string): boolean =>
  words.has(word) ||
  stems.get(lettersOf(word))?.some((stem) => word.startsWith(stem)) ||
  (hasNumber && NUMBER_WORD.test(word));

/** Where the phrase may end when it begins at `at`. */
function endsOf(node: Phrase, words: readonly string[], at: number): number[] {
  const word = words[at];
  if (word === COMMA && node.is !== 'row' && node.is !== 'maybe') return endsOf(node, words, at + 1);
  switch (node.is) {
    case 'word':
      return word === node.text ? [at + 1] : [];
    case 'stem':
      return word?.startsWith(node.text) ? [at + 1] : [];
    case 'number':
      return word !== undefined && NUMBER_WORD.test(word) ? [at + 1] : [];
    case 'maybe':
      return [at, ...endsOf(node.part, words, at)];
    case 'choice':
      return choiceEnds(node, words, at);
    case 'row':
      return rowEnds(node.parts, words, at);
    case 'gap':
      return gapEnds(words, at, node.most);
  }
}

// Plain loops: most of what the finder costs is spent here.
function choiceEnds(choice: Extract<Phrase, { is: 'choice' }>, words: readonly string[], at: number): number[] {
  const word = words[at];
  const ends = word !== undefined && choice.words.has(word) ? [at + 1] : [];
  for (const part of choice.others) {
    if (part.is !== 'stem') ends.push(...endsOf(part, words, at));
    else if (word?.startsWith(part.text)) ends.push(at + 1);
  }
  return distinct(ends);
}

function rowEnds(parts: readonly Phrase[], words: readonly string[], at: number): number[] {
  let ends = [at];
  for (const part of parts) {
    const next: number[] = [];
    for (const end of ends) next.push(...endsOf(part, words, end));
    if (next.length === 0) return next;
    ends = distinct(next);
  }
  return ends;
}

function gapEnds(words: readonly string[], at: number, most: number): number[] {
  const ends = [at];
  let end = at;
  for (let passed = 0; passed < most; ) {
    const word = words[end];
    if (word === undefined || word === SENTENCE_END) break;
    end++;
    if (word === COMMA) continue;
    passed++;
    ends.push(end);
  }
  return ends;
}

const distinct = (ends: number[]): number[] => (ends.length < 2 ? ends : [...new Set(ends)]);

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

const COMMON: ReadonlySet<string> = new Set(
  (
    'a about all am an and any are as at back be been before but by call can could did do does for from get give go ' +
    'going got had has have he her him his how i if in is it just know me my need no not now of on one or our out ' +
    'please right say see she so some tell that the their them then there they this to up us want was we were what ' +
    'when which who will with would yes you your ' +
    'con de el ella en es esta esto hay hoy la las le les lo los mas mi muy nada ni nos o para pero por que se si sin ' +
    'su sus te tiene tienes tu tus un una uno va y ya yo'
  ).split(' '),
);
const commonness = (leaves: readonly Leaf[]): number =>
  leaves.reduce((sum, leaf) => sum + (leaf.is === 'number' || COMMON.has(leaf.text) ? 20 : 1), 0);
