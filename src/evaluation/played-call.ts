import type { Clock } from '../call/clock.ts';
import type { Fact, ScamType } from '../call/facts.ts';
import type { Sensitivity } from '../call/priors.ts';
import { isAtLeast, type RiskAssessment } from '../call/risk.ts';
import type { Utterance } from '../call/utterance.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';
import { type ScoringLimits, startScoring } from '../scoring/scoring-loop.ts';
import type { LabelledCall } from './labelled-call.ts';
import { type SpokenCall, speak } from './speaking-pace.ts';

/** A call that was played through the service's own scoring. Times are milliseconds since its first audio. */
export interface PlayedCall {
  readonly call: LabelledCall;
  readonly spoken: SpokenCall;
  readonly moments: readonly Moment[];
  /** When it first reached `high`; null when it never did. */
  readonly alertAtMs: number | null;
  /** What the family would be told that it is. */
  readonly scamType: ScamType;
}

/** What was made of one utterance. */
export interface Moment {
  readonly utterance: Utterance;
  readonly assessment: RiskAssessment;
  readonly newFacts: readonly Fact[];
  readonly scamType: ScamType;
}

/** Plays a call at speaking pace, in virtual time, to the local finder alone, for a user of this sensitivity. */
export function playCall(
  call: LabelledCall,
  policy: RiskPolicy,
  limits: ScoringLimits,
  sensitivity: Sensitivity = 'normal',
): PlayedCall {
  const spoken = speak(call);
  const moments: Moment[] = [];
  let nowMs = 0;
  const clock: Clock = { wallMs: () => nowMs, monotonicMs: () => nowMs, after: neverDue };
  const observer = { scored: ignore, spent: ignore, modelFailed: ignore, failed: ignore };
  const loop = startScoring({ clock, policy, model: null, limits, observer }, ({ analysis, newFacts, utterance }) => {
    moments.push({ utterance, assessment: analysis.assessment, newFacts, scamType: analysis.scamType });
  });
  loop.learn({ attestation: null, caller: null, sensitivity });
  loop.spokenIn(call.language);
  for (const utterance of spoken.utterances) {
    nowMs = utterance.endMs;
    loop.hear(utterance);
  }
  const alert = moments.find(({ assessment }) => isAtLeast(assessment.level, 'high'));
  return {
    call,
    spoken,
    moments,
    alertAtMs: alert?.utterance.endMs ?? null,
    scamType: (alert && moments.at(-1)?.scamType) ?? 'none',
  };
}

const ignore = (): void => undefined;

/** Without a model nothing waits for a time of its own. */
function neverDue(): () => void {
  throw new Error('the scoring without a model set a timer');
}

/** The highest score until a moment of the call. */
export const peakScore = ({ moments }: PlayedCall, untilMs: number): number =>
  moments.reduce(
    (peak, { utterance, assessment }) => (utterance.endMs <= untilMs ? Math.max(peak, assessment.score) : peak),
    0,
  );
