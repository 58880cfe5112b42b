import type { Sensitivity } from '../call/priors.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';
import type { ScoringLimits } from '../scoring/scoring-loop.ts';
import { chainsOf, joined } from './chained-calls.ts';
import { AS_WRITTEN, DISTURBANCES, vocabularyOf } from './disturbance.ts';
import type { LabelledCall } from './labelled-call.ts';
import { type PlayedCall, playCall } from './played-call.ts';
import { decidingScore, FIVE_MINUTES_MS, measureSource, type SourceFigures } from './source-figures.ts';

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
  const languages = new Set(calls.map(({ language }) => language));
  const vocabularies = new Map(
    [...languages].map((each) => [each, vocabularyOf(calls.filter(({ language }) => language === each))]),
  );
  const sources = [...new Set(calls.map(({ source }) => source))].map((source) => {
    const ofSource = calls.filter((call) => call.source === source);
    const legitimate = ofSource.filter(({ isScam }) => !isScam);
    return { source, ofSource, chains: chainsOf(legitimate, FIVE_MINUTES_MS) };
  });
  const figures: SourceFigures[] = [];
  const curves: SourceCurves[] = [];
  for (const [disturbance, disturb] of Object.entries(DISTURBANCES)) {
    // A chain is disturbed before it is joined, so that in it the same words are wrong as in its calls.
    const play = (...chain: readonly LabelledCall[]): PlayedCall =>
      playCall(
        joined(chain.map((call) => disturb(call, vocabularies.get(call.language) ?? []))),
        policy,
        limits,
        sensitivity,
      );
    for (const { source, ofSource, chains } of sources) {
      const played = ofSource.map((call) => play(call));
      const chained = chains.map((chain) => play(...chain));
      figures.push(measureSource(source, disturbance, played, chained));
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
