import type { Clock } from '../call/clock.ts';
import type { CallSid } from '../call/ids.ts';
import type { CallMemories } from './call-memories.ts';
import type { CallMemory } from './call-memory.ts';

export interface ContinuityLimits {
  /** How long a call that leaves may take for its last words: its next instance waits for them. */
  readonly handOverMs: number;
  /** How often a live call's memory is saved though nothing changed: what an instance's death can cost of the figures. */
  readonly saveMs: number;
  /** The longest gap between two instances that is believed: a longer one is a clock that is wrong. */
  readonly longestGapMs: number;
}

/** One call beyond this process: what it brought along from another one, and what it leaves for the next. */
export interface CallContinuity {
  /** Goes on from another instance's memory. */
  resume(memory: CallMemory): void;
  /** Where this session's first audio stands in the call, milliseconds. */
  readonly offsetMs: number;
  /** What was blind before this session, elsewhere and on the way here; `gapMs`: on the way alone. */
  readonly blindBeforeMs: number;
  readonly gapMs: number;
  /** Something worth remembering has changed. */
  save(): void;
  /** A stream is open here. */
  readonly isHere: boolean;
  stay(): void;
  /** No stream is open here any more; the last words are being drawn out. */
  leave(): void;
  /** Nothing more will come from here. */
  left(): void;
  /** The call has ended. */
  over(): void;
  /** Whether the call has a stream on another instance meanwhile: as far as anybody can tell, or as its copy shows. */
  isElsewhere(): Promise<boolean>;
  isSeenElsewhere(): Promise<boolean>;
  stop(): void;
}

/** What the session knows of itself. */
export type RememberedState = Pick<CallMemory, 'blindMs' | 'language' | 'utterances' | 'raised' | 'scoring'> & {
  /** How long ago the audio came that was answered for last. */
  readonly unansweredSinceMs: number;
};

export function createCallContinuity(
  callSid: CallSid,
  instanceId: string,
  memories: CallMemories,
  clock: Clock,
  limits: ContinuityLimits,
  stateOf: () => RememberedState | null,
): CallContinuity {
  const beganAt = clock.wallMs();
  const beganAtMs = clock.monotonicMs();
  let heldSince = beganAt;
  /** What of the call was before, by the clocks of the instances that held it, and by its words. */
  let beforeMs = 0;
  let heardUntilMs = 0;
  let blindElsewhereMs = 0;
  let gapMs = 0;
  let phase: CallMemory['phase'] = 'live';
  /** Until when what is said here of a call that left may still reach the next instance. */
  let leaveByMs = 0;
  const stop = clock.every(limits.saveMs, () => {
    if (phase === 'live') save();
  });

  function save(): void {
    const state = stateOf();
    const isLate = (phase === 'leaving' || phase === 'left') && clock.monotonicMs() > leaveByMs;
    if (state === null || isLate) return;
    const { unansweredSinceMs, ...known } = state;
    // Both times are told from now on backwards, so that no jump of the time of day comes between them.
    const now = clock.wallMs();
    const firstAudioAt = now - Math.round(clock.monotonicMs() - beganAtMs) - beforeMs;
    const answeredUntil = now - unansweredSinceMs;
    memories.save(callSid, { instanceId, phase, heldSince, firstAudioAt, answeredUntil, ...known });
  }

  const isOther = (holder: string | null): boolean => holder !== null && holder !== instanceId;

  return {
    resume(memory) {
      const { firstAudioAt, answeredUntil } = memory;
      heldSince = Math.max(beganAt, memory.heldSince + 1);
      heardUntilMs = Math.max(0, ...memory.scoring.utterances.map(({ endMs }) => endMs));
      blindElsewhereMs = memory.blindMs;
      gapMs = Math.min(limits.longestGapMs, Math.max(0, beganAt - answeredUntil));
      beforeMs = Math.max(0, answeredUntil - firstAudioAt) + gapMs;
    },
    get offsetMs() {
      return Math.max(beforeMs, heardUntilMs);
    },
    get blindBeforeMs() {
      return blindElsewhereMs + gapMs;
    },
    get gapMs() {
      return gapMs;
    },
    save,
    get isHere() {
      return phase === 'live';
    },
    stay() {
      phase = 'live';
    },
    leave() {
      phase = 'leaving';
      leaveByMs = clock.monotonicMs() + limits.handOverMs;
      save();
    },
    left() {
      if (phase !== 'leaving') return;
      phase = 'left';
      save();
    },
    over() {
      phase = 'over';
      save();
    },
    isElsewhere: async () => isOther(await memories.holder(callSid).catch(() => null)),
    isSeenElsewhere: async () => isOther(await memories.copyHolder(callSid)),
    stop,
  };
}
