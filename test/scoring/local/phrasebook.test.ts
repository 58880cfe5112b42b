import { describe, expect, it } from 'vitest';
import { ENGLISH } from '../../../src/scoring/local/english/english.ts';
import { createPhrasebook, indexWords, type PhraseMeaning } from '../../../src/scoring/local/phrasebook.ts';
import { SPANISH } from '../../../src/scoring/local/spanish/spanish.ts';
import { readSpokenText } from '../../../src/scoring/local/spoken-text.ts';

const CLASSES = { give: 'read|tell|give', card: '(gift|steam) cards?' };
const occurrences = (phrase: PhraseMeaning<string>, said: string): Array<readonly [meaning: string, words: string]> => {
  const { words } = readSpokenText(said, ENGLISH.speech);
  return createPhrasebook([phrase], CLASSES)
    .find(indexWords(words), 0)
    .map(({ meaning, from, to }) => [meaning, words.slice(from, to).join(' ')]);
};
const found = (phrase: string, said: string): string[] => occurrences([phrase, 'it'], said).map(([, words]) => words);
const misheard = (phrase: string, said: string): string[] =>
  occurrences([phrase, 'it', 'misheard'], said).flatMap(([meaning, words]) => (meaning === 'misheard' ? [words] : []));

describe('a phrase', () => {
  it.each([
    ['read me', 'Please read me that.', ['read me']],
    ['arrest*', 'They are arresting him.', ['arresting']],
    ['press #', 'Press 1 or press two.', ['press one', 'press two']],
    ['(buy|get) {card}', 'Get Steam cards and buy a card.', ['get steam cards']],
    ['{give} (me)? ~3 codes?', 'Give me all of the codes, read code.', ['give me all of the codes', 'read code']],
    ['neighbou?rs?', 'neighbor neighbours', ['neighbor', 'neighbours']],
    ['(code|card) #', 'card 1 code 2 code 3 card 4', ['card one', 'code two', 'code three', 'card four']],
    ['(#|seven) codes', 'seven codes', ['seven codes']],
  ])('%j is found where it is said', (phrase, said, expected) => {
    expect(found(phrase, said)).toEqual(expected);
  });

  it.each([
    ['read ~2 code', 'Read me all of the code.'],
    ['read ~2 code', 'Read me. The code is wrong.'],
    ['press #', 'The press.'],
  ])('%j does not stand in %j', (phrase, said) => {
    expect(found(phrase, said)).toEqual([]);
  });

  it.each([
    ['read me the code', 'read me the blue code', ['read me the blue code']],
    ['read me the code', 'read me a code', ['read me a code']],
    ['read ~2 gift cards', 'read me the gift green cards', ['read me the gift green cards']],
    ['read me the code|tell', 'read me those code', ['read me those code']],
  ])('%j is heard where one word of it was heard wrong: %j', (phrase, said, expected) => {
    expect(misheard(phrase, said)).toEqual(expected);
  });

  it.each([
    ['a word that tells it', 'read me the code', 'read me the road'],
    ['two words', 'read me the code', 'read me one blue code'],
    ['a word that turns it round', 'read me the code', 'read me my code'],
    ['its edge', 'code for gift you', 'code for gift card'],
    ['a “not” that came into it', 'read the gift code', 'read not the gift code'],
    ['a pause', 'read the gift code', 'read, gift code'],
    ['the end of a sentence', 'read me the code', 'Read me. The code.'],
    ['a row that is told by one word alone', 'give me the code', 'give me a code'],
  ])('is not heard where %s went wrong: %j in %j', (_, phrase, said) => {
    expect(misheard(phrase, said)).toEqual([]);
  });

  it('is not misheard unless that has a meaning, nor where it was heard right', () => {
    expect(found('read me the code', 'read me a code')).toEqual([]);
    expect(misheard('read me the code', 'read me the code')).toEqual([]);
  });

  it('passes over commas', () => {
    expect(found('gift cards', 'gift, cards')).toEqual(['gift , cards']);
  });

  it.each(['(a', 'a)', '~2 a', '(a)?', '{nothing}', 'a!', 'a ~20 b ~10 c'])('%j is none, and says so', (phrase) => {
    expect(() => createPhrasebook([[phrase, 'it']], CLASSES)).toThrow();
  });
});

describe.each([
  ['English', ENGLISH],
  ['Spanish', SPANISH],
])('the %s lexicon', (_, { speech, classes, tactics, stories }) => {
  const cues = Object.values(tactics).flatMap(({ clear, weak = [] }) => [...clear, ...weak]);
  const phrases = [...cues, ...Object.values(stories).flat()];

  it('can be read throughout', () => {
    expect(() =>
      createPhrasebook(
        phrases.map((phrase) => [phrase, phrase]),
        classes,
      ),
    ).not.toThrow();
  });

  it('has no phrase with a word that speech is never read as', () => {
    const never = [...phrases, ...Object.values(classes)].flatMap((phrase) =>
      (phrase.match(/[a-z0-9']+/g) ?? []).filter((word) => speech.fillers.has(word) || speech.contractions.has(word)),
    );
    expect(never).toEqual([]);
  });
});
