import type { ProviderFailure } from '../call/failure.ts';
import type { CallSid } from '../call/ids.ts';

/**
 * PORT: the telephone carrier's own recogniser, which listens to a live call without our media stream. What it hears
 * comes back by webhook, as `CarrierWords`.
 */
export interface CarrierRecogniser {
  /** `startId` comes back with everything that it says of this start. `language`: BCP 47. Never throws. */
  start(callSid: CallSid, startId: string, language: string): Promise<CarrierStart>;
  /** Null: it has stopped, or the call is over. */
  stop(callSid: CallSid, transcriptionSid: string): Promise<ProviderFailure | null>;
}

export type CarrierStart =
  | { readonly ok: true; readonly transcriptionSid: string }
  | { readonly ok: false; readonly failure: ProviderFailure };

/** What the carrier's recogniser says of a call. It comes at least once, and may overtake itself. */
export interface CarrierMessage {
  readonly callSid: CallSid;
  /** The start that it belongs to; null in the older form, which names none. */
  readonly startId: string | null;
  /** Its number within one transcription; null when it has none. */
  readonly sequence: number | null;
  readonly event: CarrierEvent;
}

export type CarrierEvent =
  | { readonly type: 'started' }
  /** Words that it will not change any more. It tells no times. */
  | { readonly type: 'final'; readonly text: string }
  /** It has said all that it will say. */
  | { readonly type: 'stopped' }
  | { readonly type: 'error'; readonly failure: ProviderFailure };
