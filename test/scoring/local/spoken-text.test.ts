import { describe, expect, it } from 'vitest';
import { ENGLISH_SPEECH } from '../../../src/scoring/local/english/speech.ts';
import { SPANISH_SPEECH } from '../../../src/scoring/local/spanish/speech.ts';
import { readSpokenText } from '../../../src/scoring/local/spoken-text.ts';

const read = (said: string, speech = ENGLISH_SPEECH): string => readSpokenText(said, speech).words.join(' ');

describe('spoken text', () => {
  it.each([
    ["Don't tell MOM!", 'do not tell mom .'],
    ['Pay $1,499.99 now', 'pay 1499 dollars now'],
    ['6% off, or 12.5 %', 'six percent off , or twelve percent'],
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
  ])('%j is read as %j', (said, words) => {
    expect(read(said)).toBe(words);
  });

  it.each([
    ['Su número está SUSPENDIDO, señora.', 'su numero esta suspendido , senora .'],
    ['Pague $1,499.99 ahora', 'pague 1499 dolares ahora'],
    ['un código de 6 dígitos', 'un codigo de seis digitos'],
    ['¿Le llamo del banco al 3?', 'le llamo de el banco a el tres .'],
    ['léame, este, el, o sea, el código, por favor', 'leame , , el , , codigo ,'],
    ['cuatro cuatro uno dos', 'cuatro cuatro uno dos'],
    ['escriba a de Ana, n de Nancy, y como yate', 'escriba any'],
    ['voy a y vengo', 'voy a y vengo'],
    ['No, dígame el código', 'no . digame el codigo'],
    ['No... me diga el código', 'no , me diga el codigo'],
    ['compre Giftcards', 'compre gift cards'],
  ])('%j in a Spanish call is read as %j', (said, words) => {
    expect(read(said, SPANISH_SPEECH)).toBe(words);
  });

  it('knows where a word stands in what was said', () => {
    const said = 'Well, the I.R.S. wants $500.';
    const { words, placeOf } = readSpokenText(said, ENGLISH_SPEECH);
    const { from, to } = placeOf(words.indexOf('irs'), words.indexOf('dollars') + 1);
    expect(said.slice(from, to)).toBe('I.R.S. wants $500');
  });
});
