import type { RaiseAlert } from '../alerting/raise-alert.ts';
import type { TellInterruption } from '../alerting/tell-interruption.ts';
import type { Call, FoundOwner } from '../call/call.ts';
import type { Clock } from '../call/clock.ts';
import type { CallFeed } from '../feed/call-feed.ts';
import type { ScoringDependencies } from '../scoring/scoring-loop.ts';
import type { Transcriber } from '../transcription/transcriber.ts';
import type { ContinuityLimits } from './call-continuity.ts';
import type { CallMemories } from './call-memories.ts';
import type { CallRecorder } from './call-recorder.ts';

/** What every session of this process stands on. */
export interface SessionDependencies {
  readonly clock: Clock;
  readonly transcriber: Transcriber;
  readonly scoring: ScoringDependencies;
  /** Whose call it is: asks until there is an answer. Null: nobody's. */
  readonly findOwner: (call: Call) => Promise<FoundOwner | null>;
  readonly raiseAlert: RaiseAlert;
  readonly tellInterruption: TellInterruption;
  readonly feed: CallFeed;
  readonly recorder: CallRecorder;
  readonly memories: CallMemories;
  /** This process, as the holder of its calls. */
  readonly instanceId: string;
  /** What is spoken where the user has not said otherwise, BCP 47. */
  readonly language: string;
  readonly limits: SessionLimits;
  readonly observer: SessionObserver;
}

export interface SessionLimits extends ContinuityLimits {
  /** How long a call without a stream is kept, waiting for Twilio's `<Redirect>` to open another. */
  readonly resumeMs: number;
  /** The same after Twilio said `stop`: the call is over, and at most its status callback is still to come. */
  readonly afterStopMs: number;
  /** How long a stream may still be open after the call's end was told: its last audio may be on the way. */
  readonly stopMs: number;
  /** Twilio ends a call after four hours (https://www.twilio.com/docs/voice/api/call-resource, `TimeLimit`). */
  readonly longestCallMs: number;
  /** How long the end of a call waits for its alerts to be recorded, and for the rest of its record. */
  readonly alertMs: number;
  readonly recordMs: number;
  /** Blind time of a call at risk of which its contacts are told. */
  readonly blindAlertMs: number;
}

export interface SessionObserver {
  /** Milliseconds from the arrival of a segment's last audio to its final text. */
  transcribed(latencyMs: number): void;
  /** The contacts of a call at risk are told that it could not be heard for a while. */
  interrupted(call: Call, blindMs: number): void;
  /** A call comes from another instance, and brings along what is known of it: so many utterances, after such a gap. */
  resumed(call: Call, known: { readonly utterances: number; readonly gapMs: number }): void;
  ended(call: Call, blindMs: number): void;
  /** Something of this call broke; the rest of it, and every other call, goes on. */
  failed(call: Call, error: unknown): void;
}
