import type { Speech } from '../lexicon.ts';

export const SPANISH_SPEECH: Speech = {
  numbers: 'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce'.split(' '),
  dollars: 'dolares',
  percent: 'por ciento',
  // "Este" points at something too, which is then as well found without it.
  fillers: new Set('eh ehm em emm este mmm mm hm hmm ah aja uh um uhm pues'.split(' ')),
  asides: [{ words: ['o', 'sea'] }, { words: ['por', 'favor'] }],
  answers: new Set(['no']),
  contractions: new Map([
    ['del', 'de el'],
    ['al', 'a el'],
    ['pal', 'para el'],
    ['pa', 'para'],
    ['ud', 'usted'],
    ['uds', 'ustedes'],
    ['giftcard', 'gift card'],
    ['giftcards', 'gift cards'],
    ['dizque', 'dice que'],
  ]),
  endings: [],
  spelling: [['como', 'en'], ['como'], ['de']],
  unfinished: /\b(el|la|los|las|un|una|de|del|a|al|su|sus|tu|tus|mi|y|o|que|para|por|con|en|es|le|me|se)[.?!]$/i,
};
