import type { Fact } from '../call/facts.ts';

/**
 * The facts of one call from both finders. The local finder's count at once; the model's confirm them, correct them or
 * add to them, one fact for each tactic of an utterance. A correction towards harmless leaves the fact in place as
 * disputed: an utterance that talks the model round must not talk the risk down.
 */
export interface FactBook {
  /** Returns those that say something new: a finder repeats itself with every window. */
  add(facts: readonly Fact[]): Fact[];
  all(): readonly Fact[];
}

/** Bounds a call of many hours. */
const MOST_FACTS = 400;

export function createFactBook(): FactBook {
  const facts = new Map<string, Fact>();
  const told = new Set<string>();

  return {
    add(found) {
      const news = found.filter(({ utteranceId, tactic, finder, stance }) => {
        const key = `${utteranceId} ${tactic} ${finder} ${stance}`;
        return !told.has(key) && told.add(key);
      });
      for (const fact of news) {
        const key = `${fact.utteranceId} ${fact.tactic}`;
        facts.set(key, merge(facts.get(key), fact));
      }
      forgetOldest(facts, MOST_FACTS);
      forgetOldest(told, 4 * MOST_FACTS);
      return news;
    },
    all: () => [...facts.values()],
  };
}

function merge(known: Fact | undefined, found: Fact): Fact {
  if (known === undefined || known.finder === found.finder || found.stance === known.stance) return found;
  const [local, model] = found.finder === 'local' ? [found, known] : [known, found];
  return local.stance === 'pressed' && local.tactic !== 'protective_advice' ? { ...local, isDisputed: true } : model;
}

function forgetOldest(kept: Map<string, Fact> | Set<string>, most: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(key);
  }
}
