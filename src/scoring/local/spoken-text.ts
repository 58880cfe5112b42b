/**
 * Speech as the rules read it: lower case, contractions spelled out, small numbers as words, one space between tokens,
 * a full stop for every end of a sentence. Recognisers differ in all of these ("6-digit", "six digit"), and so do people.
 */
export interface SpokenText {
  readonly text: string;
  /** The words of the original between two positions of `text`, in the original's own letters. */
  original(from: number, to: number): string;
}

interface Token {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const TOKEN = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*|[.?!]/gu;
const NUMBERS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
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
  const word = token.toLowerCase().replaceAll('’', "'");
  if (/^\d+$/.test(word)) return NUMBERS[Number(word)] ?? word;
  if (!word.includes("'") && word !== 'cannot') return word;
  for (const [pattern, replacement] of CONTRACTIONS) if (pattern.test(word)) return word.replace(pattern, replacement);
  return word.replaceAll("'", '');
}

export function readSpokenText(original: string): SpokenText {
  const tokens: Token[] = [];
  const starts: number[] = [];
  let text = '';
  for (const match of original.matchAll(TOKEN)) {
    const spelled = spellOut(match[0]);
    if (text !== '') text += ' ';
    starts.push(text.length);
    text += spelled;
    tokens.push({ text: spelled, from: match.index, to: match.index + match[0].length });
  }
  const tokenAt = (position: number): number => {
    const after = starts.findIndex((start) => start > position);
    return after < 0 ? tokens.length - 1 : Math.max(0, after - 1);
  };

  return {
    text,
    original(from, to) {
      const first = tokens[tokenAt(from)];
      const last = tokens[tokenAt(Math.max(from, to - 1))];
      return first === undefined || last === undefined ? '' : original.slice(first.from, last.to);
    },
  };
}
