import { DISTURBANCES, vocabularyOf } from '../evaluation/disturbance.ts';
import type { LabelledCall } from '../evaluation/labelled-call.ts';
import { speak } from '../evaluation/speaking-pace.ts';
import { createFactBook } from '../scoring/fact-book.ts';
import { likenessFeatures } from '../scoring/likeness.ts';
import { ENGLISH } from '../scoring/local/english/english.ts';
import { createLocalFinder } from '../scoring/local/local-finder.ts';
import { readSpokenText } from '../scoring/local/spoken-text.ts';
import { createWordFeatures } from '../scoring/local/wording.ts';
import { LIKENESS } from './learning.ts';

/** What was known at moments of a call whose truth is known, as features. */
export interface TrainingCall<Moment = readonly string[]> {
  readonly source: string;
  /** Calls of one group count as much as those of any other, and are left out together. */
  readonly group: string;
  /** Near-copies share a cluster, which counts as one call. */
  readonly cluster: string;
  readonly isScam: boolean;
  readonly moments: readonly Moment[];
}

/** Sources that say the same things in other words. */
const GROUPS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^bothbosu/, 'bothbosu'],
  [/^(sgd|taskmaster|abcd)/, 'service dialogues'],
  [/_(en|es)$/, 'our own'],
];

/** Nobody tells the service who speaks, as long as caller and called share one track. */
const HEARD_AS = ['no speakers', 'all, 10 % wrong'];

/** What a model sees of a call, at some moments or in all. */
type View<Moment> = (call: LabelledCall) => Moment[];

/** Of each call once what is written, once what may be heard of it. */
export function prepare<Moment>(calls: readonly LabelledCall[], view: View<Moment>): Array<TrainingCall<Moment>> {
  const vocabulary = vocabularyOf(calls);
  return calls.map((call) => ({
    source: call.source,
    group: GROUPS.find(([pattern]) => pattern.test(call.source))?.[1] ?? call.source,
    cluster: call.cluster,
    isScam: call.isScam,
    moments: HEARD_AS.flatMap((name) => view(DISTURBANCES[name]?.(call, vocabulary) ?? call)),
  }));
}

/** What the local finder has found at each utterance. */
export const byFacts: View<readonly string[]> = (call) => {
  const finder = createLocalFinder();
  finder.spokenIn(call.language);
  const book = createFactBook();
  return speak(call).utterances.map((utterance) => {
    book.add(finder.hear(utterance).facts);
    return likenessFeatures(book.all(), utterance.endMs - LIKENESS.windowMs);
  });
};

/** Of each utterance the features of each of its words, and when it ended, milliseconds since the call's first audio. */
export type HeardCall = ReadonlyArray<{ readonly words: readonly string[][]; readonly endMs: number }>;

/** All that was said, once. */
export const byWords: View<HeardCall> = (call) => {
  const features = createWordFeatures();
  return [
    speak(call).utterances.map(({ text, endMs }) => ({
      words: features.of(readSpokenText(text, ENGLISH.speech).words),
      endMs,
    })),
  ];
};
