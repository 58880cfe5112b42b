import type { Fact, Stance, Tactic } from '../call/facts.ts';

/**
 * The facts of one call from both finders, one for each tactic of an utterance. The local finder's count at once; the
 * model's confirm them, correct them or add to them. Each finder is held to the gravest thing it said: what is added
 * later, in whatever order, never makes a fact lighter. A local fact that the model does not share stays as disputed,
 * for an utterance that talks the model round must not talk the risk down.
 */
export interface FactBook {
  /** Returns those that say something new: a finder repeats itself with every window. */
  add(facts: readonly Fact[]): Fact[];
  /** The same list until something new is said. */
  all(): readonly Fact[];
  /** What each finder said, before the two were merged: added to another book, they make the same book. */
  readings(): readonly Fact[];
}

/** The policy looks at the strongest few of a tactic. What is not pressed makes room first, then what is oldest. */
const MOST_OF_A_TACTIC = 8;
const GRAVEST_FIRST: readonly Stance[] = ['pressed', 'mentioned', 'negated', 'advised_against'];

/** What each finder said of an utterance, and what comes of both: the same object until one says something else. */
interface Entry {
  readonly local?: Fact;
  readonly model?: Fact;
  readonly fact: Fact;
}

export function createFactBook(): FactBook {
  const book = new Map<Tactic, Map<string, Entry>>();
  let lists: { readonly all: readonly Fact[]; readonly readings: readonly Fact[] } | null = null;

  function add(fact: Fact): boolean {
    const entries = book.get(fact.tactic) ?? new Map<string, Entry>();
    const known = entries.get(fact.utteranceId);
    const before = known?.[fact.finder];
    if (before !== undefined && GRAVEST_FIRST.indexOf(before.stance) <= GRAVEST_FIRST.indexOf(fact.stance))
      return false;
    const readings = { ...known, [fact.finder]: fact };
    entries.set(fact.utteranceId, { ...readings, fact: merged(readings) ?? fact });
    if (entries.size > MOST_OF_A_TACTIC) entries.delete(leastOf(entries));
    book.set(fact.tactic, entries);
    lists = null;
    return true;
  }

  function listed() {
    if (lists !== null) return lists;
    const entries = [...book.values()].flatMap((ofTactic) => [...ofTactic.values()]);
    lists = {
      all: entries.map(({ fact }) => fact),
      readings: entries.flatMap(({ local, model }) => [local, model].filter((fact) => fact !== undefined)),
    };
    return lists;
  }

  return {
    add: (found) => found.filter(add),
    readings: () => listed().readings,
    all: () => listed().all,
  };
}

function leastOf(entries: ReadonlyMap<string, Entry>): string {
  let least = '';
  for (const [utteranceId, { fact }] of entries) {
    least ||= utteranceId;
    if (fact.stance !== 'pressed') return utteranceId;
  }
  return least;
}

/** Null: only one of them said anything. */
function merged({ local, model }: Omit<Entry, 'fact'>): Fact | null {
  if (local === undefined || model === undefined) return null;
  if (local.stance === model.stance || model.stance === 'pressed') return model;
  const isDisputed = local.stance === 'pressed' && local.tactic !== 'protective_advice';
  return isDisputed ? { ...local, isDisputed: true } : model;
}
