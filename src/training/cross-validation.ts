import { createRandom } from '../evaluation/random.ts';
import type { StoredCall } from '../records/stored-calls.ts';
import { type Trial, tryPolicy } from '../replay/policy-trial.ts';
import { withWeights } from '../scoring/policy-file.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';
import { LIKENESS, learn } from './learning.ts';
import type { TrainingCall } from './training-set.ts';

/** A labelled call of the service, and what is learned from it. */
export interface LabelledStoredCall {
  readonly stored: StoredCall;
  readonly training: TrainingCall;
}

const FOLDS = 5;

/**
 * When each call alerts by the present weights, and by weights that were learned from the others: the calls are dealt into
 * five parts, those from one number into one, and each part is judged by what is learned without it.
 */
export function judgeHeldOut(
  calls: readonly LabelledStoredCall[],
  others: readonly TrainingCall[],
  policy: RiskPolicy,
): Trial[] {
  const clusters = [...new Set(calls.map(({ training }) => training.cluster))].sort(inAnyOrder);
  const foldOf = ({ training }: LabelledStoredCall): number => clusters.indexOf(training.cluster) % FOLDS;
  return Array.from({ length: Math.min(FOLDS, clusters.length) }, (_, fold) => {
    const learnedFrom = calls.filter((call) => foldOf(call) !== fold).map(({ training }) => training);
    const heldOut = withWeights(policy, learn([...others, ...learnedFrom], LIKENESS));
    return calls
      .filter((call) => foldOf(call) === fold)
      .flatMap(({ stored }) => {
        const [present, candidate] = [tryPolicy(stored, policy), tryPolicy(stored, heldOut)];
        return present && candidate ? [{ ...candidate, before: present.after }] : [];
      });
  }).flat();
}

/** The same at every run. */
const inAnyOrder = (a: string, b: string): number => createRandom(a)() - createRandom(b)();
