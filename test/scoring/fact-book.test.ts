import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { createFactBook } from '../../src/scoring/fact-book.ts';

const fact = (more: Partial<Fact> = {}): Fact => ({
  tactic: 'ask_code',
  utteranceId: utteranceIdOf(1),
  quote: 'read me the code',
  stance: 'pressed',
  finder: 'local',
  atMs: 0,
  ...more,
});

describe('a fact book', () => {
  it('takes the local finder’s facts at once, and the model’s beside them', () => {
    const book = createFactBook();
    book.add([fact()]);
    book.add([fact({ finder: 'model', tactic: 'authority' })]);
    expect(book.all().map(({ tactic }) => tactic)).toEqual(['ask_code', 'authority']);
  });

  it('lets the model confirm a fact without counting it twice', () => {
    const book = createFactBook();
    book.add([fact()]);
    book.add([fact({ finder: 'model' })]);
    expect(book.all()).toEqual([fact({ finder: 'model' })]);
  });

  it('lets the model correct what the local finder took for harmless', () => {
    const book = createFactBook();
    book.add([fact({ stance: 'negated' })]);
    book.add([fact({ finder: 'model' })]);
    expect(book.all()).toEqual([fact({ finder: 'model' })]);
  });

  it.each([
    [fact(), fact({ finder: 'model', stance: 'negated' })],
    [fact({ finder: 'model', stance: 'negated' }), fact()],
  ])('keeps as disputed what the model would take back, whoever comes first', (first, second) => {
    const book = createFactBook();
    book.add([first]);
    book.add([second]);
    expect(book.all()).toEqual([fact({ isDisputed: true })]);
  });

  it('tells what is new, and nothing twice', () => {
    const book = createFactBook();
    expect(book.add([fact(), fact({ tactic: 'threat' })])).toHaveLength(2);
    expect(book.add([fact()])).toEqual([]);
    expect(book.add([fact({ finder: 'model' })])).toHaveLength(1);
  });

  it('is bounded', () => {
    const book = createFactBook();
    for (let number = 1; number <= 1_000; number++) book.add([fact({ utteranceId: utteranceIdOf(number) })]);
    expect(book.all()).toHaveLength(400);
    expect(book.all().at(-1)?.utteranceId).toBe('u1000');
  });
});
