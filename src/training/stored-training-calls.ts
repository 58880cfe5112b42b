import { labelOf } from '../call/feedback.ts';
import type { StoredCall } from '../records/stored-calls.ts';
import { recollect } from '../replay/replayed-call.ts';
import { likenessFeatures } from '../scoring/likeness.ts';
import { LIKENESS, STORED_CALLS } from './learning.ts';
import type { TrainingCall } from './training-set.ts';

/**
 * A labelled call of the service, to learn from: what both finders had found at each of its verdicts. Null when nobody
 * labelled it, or its record does not tell what was known. Calls from one number are taken for near-copies.
 */
export function toTrainingCall({ callSid, from, feedback, verdicts }: StoredCall): TrainingCall | null {
  const label = labelOf(feedback);
  const moments = recollect(verdicts).map((known, at) => {
    const atMs = verdicts[at]?.atMs ?? 0;
    return known && likenessFeatures(known.facts, atMs - LIKENESS.windowMs);
  });
  const whole = moments.filter((features) => features !== null);
  if (label === null || whole.length < moments.length) return null;
  return {
    source: STORED_CALLS,
    group: STORED_CALLS,
    cluster: from ?? callSid,
    isScam: label.verdict === 'scam',
    // A call in which nothing was found says so.
    moments: whole.length > 0 ? whole : [[]],
  };
}
