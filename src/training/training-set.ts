import { DISTURBANCES, vocabularyOf } from '../evaluation/disturbance.ts';
import type { LabelledCall } from '../evaluation/labelled-call.ts';
import { speak } from '../evaluation/speaking-pace.ts';
import { createFactBook } from '../scoring/fact-book.ts';
import { likenessFeatures } from '../scoring/likeness.ts';
import { ENGLISH } from '../scoring/local/english/english.ts';
import { createLocalFinder } from '../scoring/local/local-finder.ts';
import { readSpokenText } from '../scoring/local/spoken-text.ts';
import { createWordingWindow } from '../scoring/local/wording.ts';
import { LIKENESS, WORDING } from './learning.ts';

/** What was known at moments of a call whose truth is known, as features. */
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

/** What a model sees of a call at some moments. */
export type View = (call: LabelledCall) => string[][];

/** Of each call once what is written, once what may be heard of it. */
export function prepare(calls: readonly LabelledCall[], view: View): TrainingCall[] {
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
export const byFacts: View = (call) => {
  const finder = createLocalFinder();
  finder.spokenIn(call.language);
  const book = createFactBook();
  return speak(call).utterances.map((utterance) => {
    book.add(finder.hear(utterance).facts);
    return likenessFeatures(book.all(), utterance.endMs - LIKENESS.windowMs);
  });
};

const QUARTERS = [0.25, 0.5, 0.75, 1];

/** Its words at the end of each quarter. */
export const byWords: View = (call) => {
  const held = new Set<string>();
  const window = createWordingWindow(
    WORDING.windowMs,
    () => true,
    (feature, isHeld) => (isHeld ? held.add(feature) : held.delete(feature)),
  );
  const heard = speak(call).utterances.map(({ text, endMs }) => {
    window.hear(readSpokenText(text, ENGLISH.speech).words, endMs);
    return [...held];
  });
  return QUARTERS.flatMap((quarter) => heard.slice(0, Math.ceil(quarter * heard.length)).slice(-1));
};
