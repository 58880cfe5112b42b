import type { Sensitivity } from '../call/priors.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';
import type { ScoringLimits } from '../scoring/scoring-loop.ts';
import { AS_WRITTEN, DISTURBANCES, vocabularyOf } from './disturbance.ts';
import type { LabelledCall } from './labelled-call.ts';
import { type PlayedCall, playCall } from './played-call.ts';
import { decidingScore, measureSource, type SourceFigures } from './source-figures.ts';

/** Everything that was measured. */
export interface Report {
  readonly policyVersion: string;
  /** Points at which the policy alerts. */
  readonly threshold: number;
  /** Of the user who is called. */
  readonly sensitivity: Sensitivity;
  readonly figures: readonly SourceFigures[];
  readonly curves: readonly SourceCurves[];
}

/** Of the calls of one source and label, as written. */
export interface SourceCurves {
  readonly source: string;
  readonly isScam: boolean;
  /** Each call's highest score: of scams within 30 s, of legitimate calls within five minutes. */
  readonly scores: readonly number[];
  /** When each call was alerted, milliseconds; null when it never was. */
  readonly alertsAtMs: ReadonlyArray<number | null>;
}

export function measure(
  calls: readonly LabelledCall[],
  policy: RiskPolicy,
  limits: ScoringLimits,
  sensitivity: Sensitivity = 'normal',
): Report {
  const vocabulary = vocabularyOf(calls);
  const sources = [...new Set(calls.map(({ source }) => source))];
  const figures: SourceFigures[] = [];
  const curves: SourceCurves[] = [];
  for (const [disturbance, disturb] of Object.entries(DISTURBANCES)) {
    for (const source of sources) {
      const played = calls
        .filter((call) => call.source === source)
        .map((call) => playCall(disturb(call, vocabulary), policy, limits, sensitivity));
      figures.push(measureSource(source, disturbance, played));
      if (disturbance === AS_WRITTEN) curves.push(...curvesOf(source, played));
    }
  }
  return { policyVersion: policy.version, threshold: policy.rise.high, sensitivity, figures, curves };
}

function curvesOf(source: string, played: readonly PlayedCall[]): SourceCurves[] {
  return [true, false].flatMap((isScam) => {
    const ofLabel = played.filter(({ call }) => call.isScam === isScam);
    if (ofLabel.length === 0) return [];
    return {
      source,
      isScam,
      scores: ofLabel.map(decidingScore),
      alertsAtMs: ofLabel.map(({ alertAtMs }) => alertAtMs),
    };
  });
}
