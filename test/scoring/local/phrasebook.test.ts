import { describe, expect, it } from 'vitest';
import { ENGLISH } from '../../../src/scoring/local/english/english.ts';
import { createPhrasebook } from '../../../src/scoring/local/phrasebook.ts';
import { SPANISH } from '../../../src/scoring/local/spanish/spanish.ts';
import { readSpokenText } from '../../../src/scoring/local/spoken-text.ts';

const CLASSES = { give: 'read|tell|give', card: '(gift|steam) cards?' };
const found = (phrase: string, said: string): string[] => {
  const { words } = readSpokenText(said, ENGLISH.speech);
  return createPhrasebook([[phrase, 'it']], CLASSES)
    .find(words, 0)
    .map(({ from, to }) => words.slice(from, to).join(' '));
};

describe('a phrase', () => {
  it.each([
    ['read me', 'Please read me that.', ['read me']],
    ['arrest*', 'They are arresting him.', ['arresting']],
    ['press #', 'Press 1 or press two.', ['press one', 'press two']],
    ['(buy|get) {card}', 'Get Steam cards and buy a card.', ['get steam cards']],
    ['{give} (me)? ~3 codes?', 'Give me all of the codes, read code.', ['give me all of the codes', 'read code']],
    ['neighbou?rs?', 'neighbor neighbours', ['neighbor', 'neighbours']],
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

  it('passes over commas', () => {
    expect(found('gift cards', 'gift, cards')).toEqual(['gift , cards']);
  });

  it.each(['(a', 'a)', '~2 a', '(a)?', '{nothing}', 'a!'])('%j is none, and says so', (phrase) => {
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
