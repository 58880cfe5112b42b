import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fact, type FinderName, STANCES, type Tactic } from '../../src/call/facts.ts';
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

  it('holds each finder to the gravest thing it said of an utterance', () => {
    const book = createFactBook();
    book.add([fact({ finder: 'model' })]);
    expect(book.add([fact({ finder: 'model', stance: 'negated' })])).toEqual([]);
    expect(book.all()).toEqual([fact({ finder: 'model' })]);
  });

  it('comes to the same whatever the order', () => {
    const anyFact = fc.record({
      tactic: fc.constantFrom<Tactic>('ask_code', 'threat', 'protective_advice'),
      utteranceId: fc.constantFrom(utteranceIdOf(1), utteranceIdOf(2)),
      quote: fc.constant('words'),
      stance: fc.constantFrom(...STANCES),
      finder: fc.constantFrom<FinderName>('local', 'model'),
      atMs: fc.constant(0),
    });
    const bookOf = (facts: readonly Fact[]): Set<string> => {
      const book = createFactBook();
      for (const each of facts) book.add([each]);
      return new Set(book.all().map((each) => JSON.stringify(each)));
    };
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 12 }), (facts) => {
        expect(bookOf([...facts].reverse())).toEqual(bookOf(facts));
      }),
    );
  });

  it('is bounded, and a flood of small talk pushes nothing out that was pressed', () => {
    const book = createFactBook();
    book.add([fact({ tactic: 'ask_gift_card' }), fact()]);
    for (let number = 2; number <= 1_000; number++) {
      book.add([fact({ utteranceId: utteranceIdOf(number), stance: 'mentioned' })]);
      book.add([fact({ utteranceId: utteranceIdOf(number), tactic: 'authority' })]);
    }
    expect(book.all().length).toBeLessThan(30);
    expect(book.all()).toContainEqual(fact());
    expect(book.all()).toContainEqual(fact({ tactic: 'ask_gift_card' }));
  });
});
