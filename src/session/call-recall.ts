import type { CallSid } from '../call/ids.ts';
import type { CallMemories, Recalled } from './call-memories.ts';

/** What a call brings along from another instance. */
export interface CallRecall {
  /** At once, or after what the call brought along: what is said meanwhile waits for it, as long as it may. */
  after(work: () => void): void;
  /** It is not known, so far, what the call brought along. What others know of it is not written over meanwhile. */
  readonly isPending: boolean;
  /** Resolves when nothing waits any more. */
  readonly waited: Promise<void>;
}

export interface CallRecallEvents {
  /** Called once, and again when it was `unknown` before and somebody can tell after all. */
  recalled(memory: Recalled): void;
  /** Nothing waits any more: the call is what it is. */
  settled(): void;
  /** The number of the first utterance that is this instance's own. */
  nextUtterance(): number;
  failed(error: unknown): void;
}

/** Of a call that is `isResumed`; a new one brings nothing along. `signal`: it is over. */
export function recallCall(
  { callSid, isResumed }: { readonly callSid: CallSid; readonly isResumed: boolean },
  memories: CallMemories,
  signal: AbortSignal,
  events: CallRecallEvents,
): CallRecall {
  let waiting: Array<() => void> | null = isResumed ? [] : null;
  let isUnknown = false;

  function take(memory: Recalled): void {
    isUnknown = memory === 'unknown';
    events.recalled(memory);
  }

  function goOn(): void {
    const missed = waiting ?? [];
    waiting = null;
    if (isUnknown) void recallLater(events.nextUtterance()).catch(events.failed);
    for (const work of missed) work();
    events.settled();
  }

  /** Until somebody can say what the call brought along; what is said meanwhile is scored by itself. */
  async function recallLater(firstHere: number): Promise<void> {
    const memory = await memories.recallLater(callSid, firstHere, signal);
    if (signal.aborted) return;
    take(memory);
    events.settled();
  }

  return {
    after(work) {
      if (waiting === null) work();
      else waiting.push(work);
    },
    get isPending() {
      return waiting !== null || isUnknown;
    },
    waited: isResumed ? memories.recall(callSid).then(take).catch(events.failed).finally(goOn) : Promise.resolve(),
  };
}
