import { DISTURBANCES, vocabularyOf } from '../evaluation/disturbance.ts';
import type { LabelledCall } from '../evaluation/labelled-call.ts';
import { speak } from '../evaluation/speaking-pace.ts';
import { createFactBook } from '../scoring/fact-book.ts';
import { likenessFeatures } from '../scoring/likeness.ts';
import { createLocalFinder } from '../scoring/local/local-finder.ts';

/** What was known at each utterance of a call whose truth is known, as features. */
export interface TrainingCall {
  readonly source: string;
  /** Calls of one group count as much as those of any other, and are left out together. */
  readonly group: string;
  /** Near-copies share a cluster, which counts as one call. */
  readonly cluster: string;
  readonly isScam: boolean;
  readonly moments: ReadonlyArray<readonly string[]>;
}

/** Sources that say the same things in other words. */
const GROUPS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^bothbosu/, 'bothbosu'],
  [/^(sgd|taskmaster|abcd)/, 'service dialogues'],
  [/_(en|es)$/, 'our own'],
];

/** Nobody tells the service who speaks, as long as caller and called share one track. */
const HEARD_AS = ['no speakers', 'all, 10 % wrong'];

/** What the local finder knows of each call; once as written, once as misheard. */
export function prepare(calls: readonly LabelledCall[], windowMs: number): TrainingCall[] {
  const vocabulary = vocabularyOf(calls);
  return calls.map((call) => ({
    source: call.source,
    group: GROUPS.find(([pattern]) => pattern.test(call.source))?.[1] ?? call.source,
    cluster: call.cluster,
    isScam: call.isScam,
    moments: HEARD_AS.flatMap((name) => momentsOf(DISTURBANCES[name]?.(call, vocabulary) ?? call, windowMs)),
  }));
}

function momentsOf(call: LabelledCall, windowMs: number): string[][] {
  const finder = createLocalFinder();
  finder.spokenIn(call.language);
  const book = createFactBook();
  return speak(call).utterances.map((utterance) => {
    book.add(finder.hear(utterance).facts);
    return likenessFeatures(book.all(), utterance.endMs - windowMs);
  });
}
