import { describe, expect, it } from 'vitest';
import { createInterestMeter } from '../../src/scoring/interest.ts';

const interestOf = (...said: string[]) => {
  const meter = createInterestMeter();
  return said.map((text) => meter.hear(text, false));
};

describe('how soon the model should read an utterance', () => {
  it('is at once where the local finder found something', () => {
    expect(createInterestMeter().hear('Lovely weather.', true)).toBe('cue');
  });

  it.each([
    'You would put that on a card for me.',
    'It is eighty $ a month.',
    'The officer is on his way.',
    'What is the code?',
    '¿Me dice la clave de su cuenta?',
    'Le llamo de la policía.',
  ])('is soon where it is about what frauds are about: %s', (text) => {
    expect(interestOf(text)).toEqual(['topic']);
  });

  it.each([
    ['Hi mom, it is Julia, how was the garden club this week?', 'Lovely, we planted tulips, and Margaret was there.'],
    ['Hola señora, ¿cómo está usted hoy?', 'Mañana vamos a ir a ver a los niños, si no llueve.'],
    ["You're right, that's fine, I'm fine.", 'Sunday.'],
  ])('is later for small talk in a language whose words are known: %s', (...said) => {
    expect(new Set(interestOf(...said))).toEqual(new Set(['small_talk']));
  });

  it.each([
    ['French', 'Nous avons remarqué quelque chose de bizarre hier soir, est-ce que vous étiez là ?'],
    ['German', 'Wir haben gestern Abend etwas Merkwürdiges bemerkt, waren Sie zu Hause?'],
    ['Portuguese', 'Ontem à noite reparámos numa coisa estranha, a senhora estava em casa?'],
    ['Tagalog', 'May napansin po kaming kakaiba kagabi, nasa bahay po ba kayo?'],
    ['Chinese', '昨天晚上我们发现了一些异常情况。'],
    ['Hindi', 'कल रात हमने कुछ अजीब देखा।'],
  ])('is by the clock where only the model may understand: %s', (_language, text) => {
    expect(interestOf(text)).toEqual(['foreign']);
  });

  it('does not take one strange word for a strange language', () => {
    expect(interestOf('We saw it at the theatre, and it was good.', 'Schadenfreude!')).toEqual([
      'small_talk',
      'small_talk',
    ]);
  });
});
