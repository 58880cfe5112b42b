import type { Aside, Speech } from './lexicon.ts';

/**
 * Speech as the rules read it: words in lower case without accents, contractions and amounts spelled out, small numbers
 * as words, `.` for every end of a sentence and `,` for a comma or a pause (“...”). Recognisers differ in all of these ("6-digit", "six
 * digit", "$500"), and so do people. What is no word is left out ("uh"), what is stammered stands once, and letters
 * that are spelled out make the word that they spell: a pause or a spelling hides nothing.
 */
export interface SpokenText {
  readonly words: readonly string[];
  /** Where in the original the words from one to before another stand. */
  placeOf(from: number, to: number): Place;
  /** How many words end before this place in the original. */
  wordsBefore(place: number): number;
}

export const SENTENCE_END = '.';
export const COMMA = ',';

/** Characters `from` to before `to`. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** A word, and where it stands in the original. */
interface Token extends Place {
  readonly word: string;
}

const AMOUNT = /\$\d[\d,]*(?:\.\d+)?/;
const PERCENT = /\d[\d,]*(?:\.\d+)?\s?%/;
const NUMBER = /\d[\d,]*\d(?:\.\d+)?/;
const ABBREVIATION = /\p{L}(?:\.\p{L})+\b\.?/u;
const WORD = /[\p{L}\p{N}]+(?:['’]\p{L}+)*/u;
const PUNCTUATION = /\.{2,}|…|[.?!](?=\s|$)|[,;:]/;
const TOKEN = new RegExp(
  [AMOUNT, PERCENT, ABBREVIATION, NUMBER, WORD, PUNCTUATION].map(({ source }) => source).join('|'),
  'gu',
);

export function readSpokenText(original: string, speech: Speech): SpokenText {
  const tokens = joinSpelled(withoutStammer(withoutAsides(tokensOf(original, speech), speech), speech), speech);
  return {
    words: tokens.map(({ word }) => word),
    placeOf: (from, to) => ({ from: tokens[from]?.from ?? 0, to: tokens[Math.max(from, to - 1)]?.to ?? 0 }),
    wordsBefore(place) {
      const at = tokens.findIndex(({ to }) => to > place);
      return at < 0 ? tokens.length : at;
    },
  };
}

function tokensOf(original: string, speech: Speech): Token[] {
  const tokens: Token[] = [];
  for (const match of original.matchAll(TOKEN)) {
    const [from, to] = [match.index, match.index + match[0].length];
    const isAnswered = match[0] === ',' && speech.answers.has(tokens.at(-1)?.word ?? '');
    for (const word of (isAnswered ? SENTENCE_END : spellOut(match[0], speech)).split(' ')) {
      if (!speech.fillers.has(word)) tokens.push({ word, from, to });
    }
  }
  return tokens;
}

function spellOut(token: string, speech: Speech): string {
  const lower = token.toLowerCase();
  // Most are, and nothing below but the contractions can be about them.
  if (/^[a-z]+$/.test(lower)) return speech.contractions.get(lower) ?? lower;
  if (/^[.?!]$/.test(token)) return SENTENCE_END;
  if (/^([,;:…]|\.+)$/.test(token)) return COMMA;
  const word = withoutAccents(lower).replaceAll('’', "'");
  if (word.startsWith('$')) return `${wholeNumber(word.slice(1), speech)} ${speech.dollars}`;
  if (word.endsWith('%')) return `${wholeNumber(word.slice(0, -1).trim(), speech)} ${speech.percent}`;
  if (/^\d/.test(word)) return /^[\d,.]+$/.test(word) ? wholeNumber(word, speech) : word;
  const whole = speech.contractions.get(word);
  if (whole !== undefined) return whole;
  const ending = word.includes("'") ? speech.endings.find(([pattern]) => pattern.test(word)) : undefined;
  if (ending !== undefined) return word.replace(...ending);
  return word.replace(/['.]/g, '');
}

const withoutAccents = (word: string): string =>
  /[^\0-\x7f]/.test(word) ? word.normalize('NFD').replace(/\p{M}+/gu, '') : word;

function wholeNumber(digits: string, { numbers }: Speech): string {
  const whole = digits.replaceAll(',', '').replace(/\..*/, '');
  return (whole.length < 3 ? numbers[Number(whole)] : undefined) ?? whole;
}

const withoutAsides = (tokens: readonly Token[], { asides }: Speech): Token[] =>
  tokens.filter((_, at) => !asides.some((aside) => isPartOf(aside, tokens, at) || isPartOf(aside, tokens, at - 1)));

const isPartOf = (
  { words: [first, second], notAfter, notBefore }: Aside,
  tokens: readonly Token[],
  at: number,
): boolean =>
  tokens[at]?.word === first &&
  tokens[at + 1]?.word === second &&
  !notAfter?.test(tokens[at - 1]?.word ?? '') &&
  !notBefore?.test(tokens[at + 2]?.word ?? '');

/** "the, the the" is one "the"; digits are dictated, and stay. */
function withoutStammer(tokens: readonly Token[], { numbers }: Speech): Token[] {
  let before = '';
  return tokens.filter(({ word }) => {
    if (word === COMMA) return true;
    const isAgain = word === before && !/^\d+$/.test(word) && !numbers.includes(word) && word !== 'oh';
    before = word;
    return !isAgain;
  });
}

/**
 * "g i f t" is gift, and so are "G. I. F. T." and "g as in golf, i as in …". Fewer than three letters spell nothing: "I" and
 * "a" are words.
 */
function joinSpelled(tokens: readonly Token[], speech: Speech): Token[] {
  const joined: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    const first = tokens[at] as Token;
    if (first.word.length > 1) {
      joined.push(first);
      at += 1;
      continue;
    }
    const { letters, next } = spelledFrom(tokens, at, speech);
    const last = tokens[next - 1];
    if (letters.length >= 3 && last !== undefined) {
      for (const word of spellOut(letters, speech).split(' ')) joined.push({ word, from: first.from, to: last.to });
    } else joined.push(...tokens.slice(at, Math.max(next, at + 1)));
    at = Math.max(next, at + 1);
  }
  return joined;
}

const isPause = (token: Token | undefined): boolean => token?.word === COMMA || token?.word === SENTENCE_END;

function spelledFrom(tokens: readonly Token[], start: number, { spelling }: Speech): { letters: string; next: number } {
  let letters = '';
  let at = start;
  let isAbbreviated = false;
  for (;;) {
    let from = at;
    if (letters !== '' && isPause(tokens[from])) from++;
    const letter = tokens[from]?.word;
    // The last full stop of "G. I. F. T." ends no sentence.
    if (letter === undefined || !/^[a-z]$/.test(letter)) return { letters, next: isAbbreviated ? from : at };
    isAbbreviated = letters !== '' && tokens[at]?.word === SENTENCE_END;
    letters += letter;
    const link = spelling.find((words) => words.every((word, index) => tokens[from + 1 + index]?.word === word));
    at = from + (link === undefined ? 1 : link.length + 2);
    at = Math.min(at, tokens.length);
  }
}
