import type { Clock } from '../call/clock.ts';
import type { ScamType } from '../call/facts.ts';
import type { Sensitivity } from '../call/priors.ts';
import { isAtLeast } from '../call/risk.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';
import { type ScoringLimits, startScoring, type Verdict } from '../scoring/scoring-loop.ts';
import type { LabelledCall } from './labelled-call.ts';
import { type SpokenCall, speak } from './speaking-pace.ts';

/** A call that was played through the service's own scoring. Times are milliseconds since its first audio. */
export interface PlayedCall {
  readonly call: LabelledCall;
  readonly spoken: SpokenCall;
  /** One for each utterance. */
  readonly verdicts: readonly Verdict[];
  /** When it first reached `high`; null when it never did. */
  readonly alertAtMs: number | null;
  /** What the family would be told that it is. */
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
  const verdicts: Verdict[] = [];
  let nowMs = 0;
  const clock: Clock = { wallMs: () => nowMs, monotonicMs: () => nowMs, after: neverDue, every: neverDue };
  const observer = { sliceBegins: ignore, scored: ignore, spent: ignore, modelFailed: ignore, failed: ignore };
  const loop = startScoring({ clock, policy, model: null, limits, observer }, (verdict) => verdicts.push(verdict));
  loop.learn({ attestation: null, caller: null, sensitivity });
  loop.spokenIn(call.language);
  for (const utterance of spoken.utterances) {
    nowMs = utterance.endMs;
    loop.hear(utterance);
  }
  const alert = verdicts.find(({ analysis }) => isAtLeast(analysis.assessment.level, 'high'));
  return {
    call,
    spoken,
    verdicts,
    alertAtMs: alert?.utterance.endMs ?? null,
    scamType: (alert && verdicts.at(-1)?.analysis.scamType) ?? 'none',
  };
}

const ignore = (): void => undefined;

/** Without a model nothing waits for a time of its own. */
function neverDue(): () => void {
  throw new Error('the scoring without a model set a timer');
}

/** The highest score until a moment of the call. */
export const peakScore = ({ verdicts }: PlayedCall, untilMs: number): number =>
  verdicts.reduce(
    (peak, { utterance, analysis }) => (utterance.endMs <= untilMs ? Math.max(peak, analysis.assessment.score) : peak),
    0,
  );
