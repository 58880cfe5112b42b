import type { Clock } from '../../call/clock.ts';
import type { ProviderFailure } from '../../call/failure.ts';
import type { AudioBacklogLimits } from '../audio-backlog.ts';
import type { Fallback } from '../fallback.ts';
import type { TranscriptOptions } from '../transcriber.ts';
import type { ConnectionLimits } from './connection.ts';
import type { DialDeepgram } from './deepgram-socket.ts';

export interface DeepgramLimits extends ConnectionLimits, AudioBacklogLimits {
  /** How long the last words may take after the last audio. */
  readonly finishMs: number;
}

/** What the service counts and logs of its connections to the recogniser. */
export interface DeepgramObserver {
  reconnecting(): void;
  connectionLost(options: TranscriptOptions, failure: ProviderFailure): void;
  brokenMessage(): void;
  /** Milliseconds from the reading of audio to its forwarding; a sample, not all of it. */
  forwarded(ms: number): void;
}

export interface DeepgramDependencies {
  readonly dial: DialDeepgram;
  readonly clock: Clock;
  /** Uniform in [0, 1): spreads the retries of many calls. */
  readonly random: () => number;
  readonly limits: DeepgramLimits;
  readonly observer: DeepgramObserver;
  /** Hears the call while Deepgram does not. */
  readonly fallback: Fallback;
}
