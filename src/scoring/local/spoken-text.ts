/**
 * Speech as the rules read it: words in lower case without accents, contractions and amounts spelled out, small numbers
 * as words, `.` for every end of a sentence and `,` for a comma or a pause (“...”). Recognisers differ in all of these ("6-digit", "six
 * digit", "$500"), and so do people. What is no word is left out ("uh"), what is stammered stands once, and letters
 * that are spelled out make the word that they spell: a pause or a spelling hides nothing.
 */
export interface SpokenText {
  readonly words: readonly string[];
  /** What was said from one word to before another, in the original's own letters, and no earlier than a place in it. */
  original(from: number, to: number, place?: number): string;
  /** How many words end before this place in the original. */
  wordsBefore(place: number): number;
}

export const SENTENCE_END = '.';
export const COMMA = ',';

interface Token {
  readonly word: string;
  /** Where it stands in the original. */
  readonly from: number;
  readonly to: number;
}

const AMOUNT = /\$\d[\d,]*(?:\.\d+)?/;
const NUMBER = /\d[\d,]*\d(?:\.\d+)?/;
const ABBREVIATION = /\p{L}(?:\.\p{L})+\b\.?/u;
const WORD = /[\p{L}\p{N}]+(?:['’]\p{L}+)*/u;
const PUNCTUATION = /\.{2,}|…|[.?!](?=\s|$)|[,;:]/;
const TOKEN = new RegExp([AMOUNT, ABBREVIATION, NUMBER, WORD, PUNCTUATION].map(({ source }) => source).join('|'), 'gu');

const NUMBERS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const FILLERS: ReadonlySet<string> = new Set('uh uhm um umm er erm hm hmm mm mhm ah eh'.split(' '));
const CONTRACTIONS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^gift(cards?)$/, 'gift $1'],
  [/^won't$/, 'will not'],
  [/^can't$/, 'can not'],
  [/^cannot$/, 'can not'],
  [/^let's$/, 'let us'],
  [/^ma'am$/, 'maam'],
  [/^dont$/, 'do not'],
  [/^gonna$/, 'going to'],
  [/^wanna$/, 'want to'],
  [/^gotta$/, 'have to'],
  [/n't$/, ' not'],
  [/^i'm$/, 'i am'],
  [/'re$/, ' are'],
  [/'ll$/, ' will'],
  [/'ve$/, ' have'],
  [/^(it|that|he|she|there|what|who|here)'s$/, '$1 is'],
  [/'(s|d)$/, ''],
];

export function readSpokenText(original: string): SpokenText {
  const tokens = joinSpelled(withoutStammer(withoutAsides(tokensOf(original))));
  return {
    words: tokens.map(({ word }) => word),
    original(from, to, place = 0) {
      const first = tokens[from];
      const last = tokens[Math.max(from, to - 1)];
      return first === undefined || last === undefined ? '' : original.slice(Math.max(first.from, place), last.to);
    },
    wordsBefore(place) {
      const at = tokens.findIndex(({ to }) => to > place);
      return at < 0 ? tokens.length : at;
    },
  };
}

function tokensOf(original: string): Token[] {
  const tokens: Token[] = [];
  for (const match of original.matchAll(TOKEN)) {
    const [from, to] = [match.index, match.index + match[0].length];
    for (const word of spellOut(match[0]).split(' ')) if (!FILLERS.has(word)) tokens.push({ word, from, to });
  }
  return tokens;
}

function spellOut(token: string): string {
  if (/^[.?!]$/.test(token)) return SENTENCE_END;
  if (/^([,;:…]|\.+)$/.test(token)) return COMMA;
  const word = token
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('’', "'");
  if (word.startsWith('$')) return `${wholeNumber(word.slice(1))} dollars`;
  if (/^\d/.test(word)) return /^[\d,.]+$/.test(word) ? wholeNumber(word) : word;
  for (const [pattern, replacement] of CONTRACTIONS) if (pattern.test(word)) return word.replace(pattern, replacement);
  return word.replace(/['.]/g, '');
}

function wholeNumber(digits: string): string {
  const whole = digits.replaceAll(',', '').replace(/\..*/, '');
  return (whole.length < 3 ? NUMBERS[Number(whole)] : undefined) ?? whole;
}

/** "you know" addresses nobody. */
const withoutAsides = (tokens: readonly Token[]): Token[] =>
  tokens.filter(
    ({ word }, at) =>
      !(word === 'you' && tokens[at + 1]?.word === 'know' && isAside(tokens[at - 1], tokens[at + 2])) &&
      !(word === 'know' && tokens[at - 1]?.word === 'you' && isAside(tokens[at - 2], tokens[at + 1])),
  );

/** "Do you know …" asks, and "you know what you did" tells. */
const isAside = (before: Token | undefined, after: Token | undefined): boolean =>
  !/^(do|did|let|so|that|if|what|as)$/.test(before?.word ?? '') &&
  !/^(what|who|where|that|how|the|your)$/.test(after?.word ?? '');

/** "the, the the" is one "the"; digits are dictated, and stay. */
function withoutStammer(tokens: readonly Token[]): Token[] {
  let before = '';
  return tokens.filter(({ word }) => {
    if (word === COMMA) return true;
    const isAgain = word === before && !/^\d+$/.test(word) && !NUMBERS.includes(word) && word !== 'oh';
    before = word;
    return !isAgain;
  });
}

/**
 * "g i f t" is gift, and so are "G. I. F. T." and "g as in golf, i as in …". Fewer than three letters spell nothing: "I" and
 * "a" are words.
 */
function joinSpelled(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    const { letters, next } = spelledFrom(tokens, at);
    const [first, last] = [tokens[at], tokens[next - 1]];
    if (first === undefined) break;
    if (letters.length >= 3 && last !== undefined) {
      for (const word of spellOut(letters).split(' ')) joined.push({ word, from: first.from, to: last.to });
    } else joined.push(...tokens.slice(at, Math.max(next, at + 1)));
    at = Math.max(next, at + 1);
  }
  return joined;
}

const isPause = (token: Token | undefined): boolean => token?.word === COMMA || token?.word === SENTENCE_END;

function spelledFrom(tokens: readonly Token[], start: number): { letters: string; next: number } {
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
    at = from + (tokens[from + 1]?.word === 'as' && tokens[from + 2]?.word === 'in' ? 4 : 1);
    at = Math.min(at, tokens.length);
  }
}
