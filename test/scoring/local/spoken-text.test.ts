import { describe, expect, it } from 'vitest';
import { readSpokenText } from '../../../src/scoring/local/spoken-text.ts';

const read = (said: string): string => readSpokenText(said).words.join(' ');

describe('spoken text', () => {
  it.each([
    ["Don't tell MOM!", 'do not tell mom .'],
    ['Pay $1,499.99 now', 'pay 1499 dollars now'],
    ['a 6-digit code', 'a six digit code'],
    ['the I.R.S. calls', 'the irs calls'],
    ['read, uh, the, the code', 'read , , the , code'],
    ['it was, you know, bad', 'it was , , bad'],
    ['do you know the code', 'do you know the code'],
    ['five five one two', 'five five one two'],
    ['type a n y d e s k please', 'type anydesk please'],
    ['type a as in apple, n as in Nancy, y as in yes', 'type any'],
    ['buy G. I. F. T. cards', 'buy gift cards'],
    ['buy g i f t c a r d s', 'buy gift cards'],
    ['Read... me the code.', 'read , me the code .'],
    ['I am a man', 'i am a man'],
    ['He is in I. T. now', 'he is in i . t . now'],
    ['su número está suspendido', 'su numero esta suspendido'],
  ])('%j is read as %j', (said, words) => {
    expect(read(said)).toBe(words);
  });

  it('gives back what was said, in its own letters', () => {
    const said = 'Well, the I.R.S. wants $500.';
    const { words, original } = readSpokenText(said);
    expect(original(words.indexOf('irs'), words.indexOf('dollars') + 1)).toBe('I.R.S. wants $500');
  });
});
