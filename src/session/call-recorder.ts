import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner, CallStatus } from '../call/call.ts';
import type { Fact, ScamType } from '../call/facts.ts';
import type { CallSid } from '../call/ids.ts';
import type { ModelUsage } from '../call/model-usage.ts';
import type { Priors } from '../call/priors.ts';
import type { RiskLevel } from '../call/risk.ts';
import type { Utterance } from '../call/utterance.ts';
import type { CallMemory } from './call-memory.ts';

/**
 * PORT: the record of calls, written behind them. Nothing here fails, and no call waits for it: what cannot be
 * written yet is kept and written later, in order, up to a limit that is counted when it bites.
 */
export interface CallRecorder {
  /** A call was announced. Twilio repeats itself: what is known of the call already stays. */
  registered(call: Call): void;
  /**
   * This instance holds the call from then on, Unix milliseconds: states that others still tell no longer count. Whoever
   * registered it may not have written that yet.
   */
  taken(call: Call, takenAt: number): void;
  /** A call is over that no session here holds. */
  over(callSid: CallSid, endedAt: number): void;
  /** A live call as it now stands; the newest state wins, and a completed call stays completed. */
  callState(state: CallState): void;
  /** `spokenAt`: when its last audio came, Unix milliseconds. */
  utterance(callSid: CallSid, utterance: Utterance, spokenAt: number): void;
  analysis(callSid: CallSid, analysis: Analysis, newFacts: readonly Fact[]): void;
  /** Writes at once. Resolves when all that came before is written, or could not be for now. */
  flush(): Promise<void>;
}

export interface CallState {
  readonly call: Call;
  /** Null while it is not known. */
  readonly owner: CallOwner | null;
  readonly priors: Priors | null;
  readonly status: CallStatus;
  readonly risk: RiskLevel;
  readonly scamType: ScamType;
  readonly blindMs: number;
  readonly modelUsage: ModelUsage;
  /** Unix milliseconds; null while it lasts. */
  readonly endedAt: number | null;
}

/** Of what another instance said last, its death may have kept some from the record. What stands there stays. */
export function recordWindow(
  recorder: Pick<CallRecorder, 'utterance'>,
  callSid: CallSid,
  { firstAudioAt, scoring }: CallMemory,
): void {
  for (const utterance of scoring.utterances) recorder.utterance(callSid, utterance, firstAudioAt + utterance.endMs);
}
