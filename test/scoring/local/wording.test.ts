import { describe, expect, it } from 'vitest';
import { createWordFeatures, createWordingMeter } from '../../../src/scoring/local/wording.ts';
import { bestRun } from '../../../src/scoring/local/wording-model.ts';

const wordsOf = (text: string): string[] => text.toLowerCase().split(' ');
const FRAUD =
  'this message is regarding your amazon account sir a suspicious order of an iphone has been charged to your account ' +
  'press one to cancel or call my department it is urgent final notice';
const HONEST = 'we went to the lake on sunday and the children swam and we had soup and it was a lovely day';

describe('the wording of a call', () => {
  it('speaks for a fraud in the words of frauds, and not in those of others', () => {
    const [fraud, honest] = [createWordingMeter(), createWordingMeter()];
    fraud.hear(wordsOf(FRAUD), 10_000);
    honest.hear(wordsOf(HONEST), 10_000);
    expect([fraud.isFraudulent, honest.isFraudulent]).toEqual([true, false]);
    expect([fraud.isOpen, honest.isOpen]).toEqual([true, false]);
  });

  it('is open before it is that of frauds, and stays so', () => {
    const meter = createWordingMeter();
    const [opening, rest] = [
      'this message is regarding your amazon account sir',
      'a suspicious order has been charged',
    ];
    meter.hear(wordsOf(opening), 5_000);
    expect([meter.isOpen, meter.isFraudulent]).toEqual([true, false]);
    meter.hear(wordsOf(HONEST), 300_000);
    expect([meter.isOpen, meter.isFraudulent]).toEqual([true, false]);
    for (const atMs of [305_000, 310_000]) meter.hear(wordsOf(`${opening} ${rest}`), atMs);
    expect([meter.isOpen, meter.isFraudulent]).toEqual([true, true]);
  });

  it('is not made better by anything that is said beside it, before or after', () => {
    const meter = createWordingMeter();
    meter.hear(wordsOf(HONEST), 5_000);
    meter.hear(wordsOf(FRAUD), 15_000);
    meter.hear(wordsOf(HONEST), 25_000);
    expect(meter.isFraudulent).toBe(true);
  });

  it('knows no words but those that it was taught', () => {
    const meter = createWordingMeter();
    meter.hear(wordsOf(`constructor tostring __proto__ ${FRAUD}`), 5_000);
    expect(meter.isFraudulent).toBe(true);
  });

  it('is that of words and of pairs of them, whatever the numbers are', () => {
    const features = createWordFeatures();
    expect(features.of(['press', 'one'])).toEqual([['press'], ['#', 'press #']]);
    expect(features.of(['now', ',', 'two', '.'])).toEqual([
      ['now', '# now'],
      ['#', 'now #'],
    ]);
  });

  it('is not made better by what is said in the same breath', () => {
    const meter = createWordingMeter();
    meter.hear(wordsOf(`${HONEST} ${HONEST} ${FRAUD} ${HONEST} ${HONEST}`), 15_000);
    expect(meter.isFraudulent).toBe(true);
  });
});

describe('the best passage of an utterance', () => {
  const ten = (score: number): number[] => Array.from({ length: 10 }, () => score);

  it('is what says most for a fraud, of ten words at least', () => {
    expect(bestRun([...ten(-1), ...ten(2), ...ten(-1)])).toEqual({ sum: 20, from: 10, to: 20 });
    expect(bestRun([...ten(1), 9, ...ten(1)])).toEqual({ sum: 29, from: 0, to: 21 });
    expect(bestRun([...ten(-1), 5, ...ten(-1)]).sum).toBe(0);
  });

  it('is all of a shorter one, and nothing where it speaks against one', () => {
    expect(bestRun([-1, 3])).toEqual({ sum: 2, from: 0, to: 2 });
    expect(bestRun([-3, 1])).toEqual({ sum: 0, from: 0, to: 0 });
    expect(bestRun([])).toEqual({ sum: 0, from: 0, to: 0 });
  });
});
