import { type Clock, pause, withinDeadline } from '../call/clock.ts';
import type { CallSid } from '../call/ids.ts';
import type { CallLeases } from './call-leases.ts';
import {
  type CallMemory,
  encodeCallMemory,
  parseCallMemory,
  type RebuildMemory,
  type SharedCopies,
} from './call-memory.ts';

/** The memories of all calls: copies beside the processes that hold them, and their record where there is no copy. */
export interface CallMemories {
  /** Never waits, never fails; one write at a time for a call, the newest next. */
  save(callSid: CallSid, memory: CallMemory): void;
  /** Resolves when what was saved is out, or could not be for now. */
  flush(callSid: CallSid): Promise<void>;
  /** What another instance left of a call, once it has nothing more to say; null when nobody knows in time. */
  recall(callSid: CallSid): Promise<CallMemory | null>;
  /** Whether any instance has left a copy. */
  remembers(callSid: CallSid): Promise<boolean>;
  /** The instance that holds the call, or held it last, as far as anybody can tell. */
  holder(callSid: CallSid): Promise<string | null>;
  /** Whether an instance has the call's stream open and says so; null when there is nobody to ask. */
  isHeld(callSid: CallSid): Promise<boolean | null>;
  forget(callSid: CallSid): void;
}

export interface CallMemoriesLimits {
  /** How long a call that comes from elsewhere waits for its memory, its last words included; its audio is kept meanwhile. */
  readonly recallMs: number;
  /** How long the last words of an instance may take to reach the record, where there is no copy. */
  readonly settleMs: number;
  /** How long a copy is kept that nobody writes any more. */
  readonly ttlMs: number;
  /** How long a copy speaks for its holder, which writes it every `saveMs` while the stream is open. */
  readonly leaseMs: number;
}

export interface CallMemoriesDependencies {
  /** Null: this is the only instance. */
  readonly copies: SharedCopies | null;
  readonly rebuild: RebuildMemory;
  readonly leases: Pick<CallLeases, 'holder'>;
  readonly clock: Clock;
  readonly limits: CallMemoriesLimits;
  readonly onFailure: (error: unknown) => void;
}

const LOOK_AGAIN_MS = 50;
const keyOf = (callSid: CallSid): string => `ethiq:call:${callSid}`;

/** A copy is the lease of its call as well: nobody has to keep two things in step. */
interface Copy {
  readonly memory: CallMemory;
  /** It was written within `leaseMs`. */
  readonly isFresh: boolean;
}

export function createCallMemories({
  copies,
  rebuild,
  leases,
  clock,
  limits,
  onFailure,
}: CallMemoriesDependencies): CallMemories {
  const unsaved = new Map<CallSid, CallMemory>();
  const saving = new Map<CallSid, Promise<void>>();

  function saveNext(callSid: CallSid): void {
    if (copies === null || saving.has(callSid)) return;
    const memory = unsaved.get(callSid);
    if (memory === undefined) return;
    unsaved.delete(callSid);
    const work = copies
      .write(keyOf(callSid), encodeCallMemory(memory), limits.ttlMs)
      .catch((error: unknown) => {
        onFailure(error);
        // A Redis that is full still removes: what is behind would be taken for the call as it stands.
        return copies.remove(keyOf(callSid)).catch(onFailure);
      })
      .finally(() => {
        saving.delete(callSid);
        saveNext(callSid);
      });
    saving.set(callSid, work);
  }

  /** Rejects while Redis is away. */
  async function askForCopy(callSid: CallSid): Promise<Copy | null> {
    const copy = (await copies?.read(keyOf(callSid))) ?? null;
    const memory = copy && parseCallMemory(copy.text);
    return memory && { memory, isFresh: limits.ttlMs - copy.leftMs < limits.leaseMs };
  }

  const copyOf = (callSid: CallSid): Promise<Copy | null> => askForCopy(callSid).catch(failed);

  function failed(error: unknown): null {
    onFailure(error);
    return null;
  }

  return {
    save(callSid, memory) {
      unsaved.set(callSid, memory);
      saveNext(callSid);
    },
    async flush(callSid) {
      for (let work = saving.get(callSid); work !== undefined; work = saving.get(callSid)) await work;
    },
    async recall(callSid) {
      const endsAtMs = clock.monotonicMs() + limits.recallMs;
      let copy = await copyOf(callSid);
      while (copy?.memory.phase === 'leaving' && clock.monotonicMs() + LOOK_AGAIN_MS < endsAtMs) {
        await pause(clock, LOOK_AGAIN_MS);
        copy = (await copyOf(callSid)) ?? copy;
      }
      if (copy?.isFresh) return copy.memory;
      // The record does not say whether its instance still has words to write down.
      await pause(clock, limits.settleMs);
      const leftMs = endsAtMs - clock.monotonicMs();
      const recorded = await withinDeadline(clock, leftMs, rebuild(callSid)).catch(failed);
      return further(copy?.memory ?? null, recorded ?? null);
    },
    remembers: async (callSid) => (await copyOf(callSid)) !== null,
    async holder(callSid) {
      const copy = await copyOf(callSid);
      if (copy?.isFresh) return copy.memory.instanceId;
      const recorded = await withinDeadline(clock, limits.recallMs, leases.holder(callSid)).catch(failed);
      return recorded ?? copy?.memory.instanceId ?? null;
    },
    async isHeld(callSid) {
      if (copies === null) return null;
      return askForCopy(callSid).then((copy) => copy?.isFresh === true && copy.memory.phase === 'live', failed);
    },
    forget(callSid) {
      unsaved.delete(callSid);
      copies?.remove(keyOf(callSid)).catch(onFailure);
    },
  };
}

/** A copy that could not be written for a while, as when Redis was away or full, may be behind the record. */
function further(copy: CallMemory | null, recorded: CallMemory | null): CallMemory | null {
  if (copy === null || recorded === null) return copy ?? recorded;
  return recorded.utterances > copy.utterances ? recorded : copy;
}
