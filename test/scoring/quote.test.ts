import { describe, expect, it } from 'vitest';
import { locateQuote } from '../../src/scoring/quote.ts';

const SAID = 'Stay on the line, and read me the 6-digit code!';

describe('a quote', () => {
  it.each([
    ['read me the 6-digit code', 'read me the 6-digit code'],
    ['READ me, the 6 digit code.', 'read me the 6-digit code'],
    ['stay on the line and', 'Stay on the line, and'],
  ])('%j is found where it stands, in the words that were said', (quote, found) => {
    expect(locateQuote(SAID, quote)).toBe(found);
  });

  it.each(['read me your code', 'ead me', '', '…', 'code Stay'])('%j that was not said is not found', (quote) => {
    expect(locateQuote(SAID, quote)).toBeNull();
  });
});
