import type { Fact, FinderName, Stance, Tactic } from '../call/facts.ts';

/**
 * The facts of one call from both finders, one for each tactic of an utterance. The local finder's count at once; the
 * model's confirm them, correct them or add to them. Each finder is held to the gravest thing it said: what is added
 * later, in whatever order, never makes a fact lighter. A local fact that the model does not share stays as disputed,
 * for an utterance that talks the model round must not talk the risk down.
 */
export interface FactBook {
  /** Returns those that say something new: a finder repeats itself with every window. */
  add(facts: readonly Fact[]): Fact[];
  all(): readonly Fact[];
  /** What each finder said, before the two were merged: added to another book, they make the same book. */
  readings(): Fact[];
}

/** The policy looks at the strongest few of a tactic. What is not pressed makes room first, then what is oldest. */
const MOST_OF_A_TACTIC = 8;
const GRAVEST_FIRST: readonly Stance[] = ['pressed', 'mentioned', 'negated', 'advised_against'];

type Readings = { readonly [F in FinderName]?: Fact };

export function createFactBook(): FactBook {
  const book = new Map<Tactic, Map<string, Readings>>();

  function add(fact: Fact): boolean {
    const readings = book.get(fact.tactic) ?? new Map<string, Readings>();
    const known = readings.get(fact.utteranceId) ?? {};
    const before = known[fact.finder];
    if (before !== undefined && GRAVEST_FIRST.indexOf(before.stance) <= GRAVEST_FIRST.indexOf(fact.stance))
      return false;
    readings.set(fact.utteranceId, { ...known, [fact.finder]: fact });
    if (readings.size > MOST_OF_A_TACTIC) readings.delete(leastOf(readings));
    book.set(fact.tactic, readings);
    return true;
  }

  return {
    add: (found) => found.filter(add),
    readings: () =>
      [...book.values()].flatMap((ofTactic) =>
        [...ofTactic.values()].flatMap(({ local, model }) => [local, model].filter((fact) => fact !== undefined)),
      ),
    all: () => [...book.values()].flatMap((readings) => [...readings.values()].map(merged)),
  };
}

function leastOf(readings: ReadonlyMap<string, Readings>): string {
  let least = '';
  for (const [utteranceId, each] of readings) {
    least ||= utteranceId;
    if (merged(each).stance !== 'pressed') return utteranceId;
  }
  return least;
}

function merged({ local, model }: Readings): Fact {
  const only = model ?? local;
  if (only === undefined) throw new Error('a reading without a fact');
  if (local === undefined || model === undefined || local.stance === model.stance) return only;
  if (model.stance === 'pressed') return model;
  const isDisputed = local.stance === 'pressed' && local.tactic !== 'protective_advice';
  return isDisputed ? { ...local, isDisputed: true } : model;
}
