import type { FinderName, ScamType } from '../call/facts.ts';

/**
 * Which stories a call has told so far. A story stays told: a caller who begins with a parcel and goes on as the tax
 * office is judged as both. The likeliest one is what the family is told. `other` and `none` are told by the local finder
 * alone, of how a call is worded: a model that calls a call so has said no more than that it dislikes it, or does not.
 */
export interface Stories {
  /** What a finder makes of the call now, the likeliest first. One that has named a story is held to it until it names another. */
  hear(finder: FinderName, types: readonly ScamType[]): void;
  all(): ReadonlySet<ScamType>;
  likeliest(): ScamType;
}

/** What was told, the likeliest first: what a call's memory keeps of it. A model's `other` is not among it. */
export function likeliestFirst(likeliest: ScamType, told: Iterable<ScamType>): ScamType[] {
  const others = new Set(told);
  return others.delete(likeliest) ? [likeliest, ...others] : [...others];
}

const isStory = (type: ScamType): boolean => type !== 'none' && type !== 'other';

export function createStories(): Stories {
  const told = new Set<ScamType>();
  const likeliest: Record<FinderName, ScamType> = { local: 'none', model: 'none' };

  return {
    hear(finder, types) {
      for (const type of types) if (isStory(type) || finder === 'local') told.add(type);
      const [first = 'none'] = types;
      if (isStory(first) || !isStory(likeliest[finder])) likeliest[finder] = first;
    },
    all: () => told,
    likeliest() {
      if (isStory(likeliest.model)) return likeliest.model;
      return isStory(likeliest.local) ? likeliest.local : likeliest.model;
    },
  };
}
