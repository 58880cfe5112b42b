/**
 * Speech as the rules read it: lower case, contractions and amounts spelled out, small numbers as words, one space
 * between tokens, ` . ` for every end of a sentence and ` , ` for a comma. Recognisers differ in all of these
 * ("6-digit", "six digit", "$500"), and so do people.
 */
export interface SpokenText {
  readonly text: string;
  /** The words of the original between two positions of `text`, in the original's own letters. */
  original(from: number, to: number): string;
}

interface Token {
  /** Where it stands in the spoken text. */
  readonly at: number;
  /** Where it stands in the original. */
  readonly from: number;
  readonly to: number;
}

const AMOUNT = /\$\d[\d,]*(?:\.\d+)?/;
const ABBREVIATION = /\p{L}(?:\.\p{L})+\b\.?/u;
const WORD = /[\p{L}\p{N}]+(?:['’]\p{L}+)*/u;
const PUNCTUATION = /[.?!](?=\s|$)|[,;:]/;
const TOKEN = new RegExp([AMOUNT, ABBREVIATION, WORD, PUNCTUATION].map(({ source }) => source).join('|'), 'gu');

const NUMBERS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const CONTRACTIONS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^won't$/, 'will not'],
  [/^can't$/, 'can not'],
  [/^cannot$/, 'can not'],
  [/^let's$/, 'let us'],
  [/n't$/, ' not'],
  [/^i'm$/, 'i am'],
  [/'re$/, ' are'],
  [/'ll$/, ' will'],
  [/'ve$/, ' have'],
  [/^(it|that|he|she|there|what|who|here)'s$/, '$1 is'],
  [/'(s|d)$/, ''],
];

function spellOut(token: string): string {
  if (/^[.?!]$/.test(token)) return '.';
  if (/^[,;:]$/.test(token)) return ',';
  const word = token.toLowerCase().replaceAll('’', "'");
  if (word.startsWith('$')) return `${word.slice(1).replaceAll(',', '').replace(/\..*/, '')} dollars`;
  if (/^\d+$/.test(word)) return NUMBERS[Number(word)] ?? word;
  for (const [pattern, replacement] of CONTRACTIONS) if (pattern.test(word)) return word.replace(pattern, replacement);
  return word.replace(/['.]/g, '');
}

export function readSpokenText(original: string): SpokenText {
  const tokens: Token[] = [];
  let text = '';
  for (const match of original.matchAll(TOKEN)) {
    if (text !== '') text += ' ';
    tokens.push({ at: text.length, from: match.index, to: match.index + match[0].length });
    text += spellOut(match[0]);
  }
  const tokenAt = (position: number): Token | undefined => tokens.findLast(({ at }) => at <= position) ?? tokens[0];

  return {
    text,
    original(from, to) {
      const first = tokenAt(from);
      const last = tokenAt(Math.max(from, to - 1));
      return first === undefined || last === undefined ? '' : original.slice(first.from, last.to);
    },
  };
}
