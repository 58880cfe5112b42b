import { describe, expect, it } from 'vitest';
import { f1, macroF1, quantile, wilsonInterval } from '../../src/evaluation/statistics.ts';

describe('the statistics', () => {
  it('give Wilson’s interval', () => {
    // Newcombe 1998, table I: 81 of 263, and 0 of 20.
    expect(wilsonInterval({ count: 81, of: 263 })?.low).toBeCloseTo(0.2553, 4);
    expect(wilsonInterval({ count: 81, of: 263 })?.high).toBeCloseTo(0.3662, 4);
    expect(wilsonInterval({ count: 0, of: 20 })).toEqual({ low: 0, high: expect.closeTo(0.1611, 4) });
    expect(wilsonInterval({ count: 0, of: 0 })).toBeNull();
  });

  it('give quantiles that are values which occur', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.9)).toBe(4);
    expect(quantile([], 0.5)).toBeNull();
  });

  it('count a class that does not occur in no mean', () => {
    expect(f1({ right: 0, wrong: 0, missed: 0 })).toBeNull();
    const classes = [
      { right: 1, wrong: 1, missed: 0 },
      { right: 0, wrong: 0, missed: 0 },
      { right: 0, wrong: 0, missed: 1 },
    ];
    expect(macroF1(classes)).toBeCloseTo(1 / 3, 9);
  });
});
