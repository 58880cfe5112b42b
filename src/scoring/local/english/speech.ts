import type { Speech } from '../lexicon.ts';

export const ENGLISH_SPEECH: Speech = {
  numbers: 'zero one two three four five six seven eight nine ten eleven twelve'.split(' '),
  dollars: 'dollars',
  percent: 'percent',
  fillers: new Set('uh uhm um umm er erm hm hmm mm mhm ah eh'.split(' ')),
  // "Do you know …" asks, and "you know what you did" tells; any other "you know" addresses nobody.
  asides: [
    {
      words: ['you', 'know'],
      notAfter: /^(do|did|let|so|that|if|what|as)$/,
      notBefore: /^(what|who|where|that|how|the|your)$/,
    },
  ],
  answers: new Set(),
  contractions: new Map([
    ['giftcard', 'gift card'],
    ['giftcards', 'gift cards'],
    ["won't", 'will not'],
    ["can't", 'can not'],
    ['cannot', 'can not'],
    ["let's", 'let us'],
    ["ma'am", 'maam'],
    ['dont', 'do not'],
    ['gonna', 'going to'],
    ['wanna', 'want to'],
    ['gotta', 'have to'],
    ["i'm", 'i am'],
  ]),
  endings: [
    [/n't$/, ' not'],
    [/'re$/, ' are'],
    [/'ll$/, ' will'],
    [/'ve$/, ' have'],
    [/^(it|that|he|she|there|what|who|here)'s$/, '$1 is'],
    [/'(s|d)$/, ''],
  ],
  spelling: [['as', 'in']],
  unfinished: /\b(the|a|an|to|your|and|of|for|me|my|with|on|in|is|will)[.?!]$/i,
};
