import { describe, expect, it } from 'vitest';
import { createWordingMeter, createWordingWindow } from '../../../src/scoring/local/wording.ts';

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

  it('is that of the last minute', () => {
    const held = new Set<string>();
    const window = createWordingWindow(
      60_000,
      (feature) => feature !== '# yes',
      (feature, isHeld) => (isHeld ? held.add(feature) : held.delete(feature)),
    );
    window.hear(['press', 'one'], 1_000);
    expect([...held]).toEqual(['press', '#', 'press #']);
    window.hear(['now', ',', 'two', '.'], 30_000);
    expect([...held]).toEqual(['press', '#', 'press #', 'now', '# now', 'now #']);
    window.hear(['yes'], 62_000);
    expect([...held]).toEqual(['#', 'now', '# now', 'now #', 'yes']);
  });
});
