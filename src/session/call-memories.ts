import { type Clock, pause, withinDeadline } from '../call/clock.ts';
import type { CallSid } from '../call/ids.ts';
import type { CallLeases } from './call-leases.ts';
import { type CallMemory, changesOf, parseCallMemory, type RebuildMemory, type SharedCopies } from './call-memory.ts';

/** `unknown`: who may know did not answer. */
export type Recalled = CallMemory | null | 'unknown';

/** The memories of all calls: copies beside the processes that hold them, and their record where there is no copy. */
export interface CallMemories {
  /** Never waits, never fails; one write at a time for a call, the newest next. */
  save(callSid: CallSid, memory: CallMemory): void;
  /** Resolves when what was saved is out, or could not be for now. */
  flush(callSid: CallSid): Promise<void>;
  /**
   * What another instance left of a call, once it has nothing more to say; null when there is nothing, `unknown` when
   * nobody says so in time. Never fails.
   */
  recall(callSid: CallSid): Promise<Recalled>;
  /** The same, up to the utterance with the number `before`, however long it takes; `unknown` when `signal` aborts first. */
  recallLater(callSid: CallSid, before: number, signal: AbortSignal): Promise<Recalled>;
  /** Whether any instance has left a copy; null while nobody can tell. */
  remembers(callSid: CallSid): Promise<boolean | null>;
  /** The instance that holds the call as far as its copy tells. */
  copyHolder(callSid: CallSid): Promise<string | null>;
  /** The instance that holds the call, or held it last, as far as anybody can tell. */
  holder(callSid: CallSid): Promise<string | null>;
  /** Whether an instance has the call's stream open and says so; null when there is nobody to ask. */
  isHeld(callSid: CallSid): Promise<boolean | null>;
}

export interface CallMemoriesLimits {
  /** How long a call that comes from elsewhere waits for its memory, its last words included; its audio is kept meanwhile. */
  readonly recallMs: number;
  /** How soon it is asked again by a call that goes on without. */
  readonly againMs: number;
  /** How long the last words of an instance may take to reach the record, where there is no copy. */
  readonly settleMs: number;
  /**
   * How long a copy is kept that nobody writes any more; of a call that is over, until nobody else can believe in it, and
   * those who sweep have closed its record: a minute without a stream and two leases.
   */
  readonly ttlMs: number;
  readonly overTtlMs: number;
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
  /** What was heard, and found, that stands in a copy: lists that nobody changes. */
  const written = new WeakMap<readonly unknown[], readonly unknown[]>();

  /** A copy is written every two seconds: the lists of it only when they are others than those that stand there. */
  async function writeTo(shared: SharedCopies, callSid: CallSid, memory: CallMemory): Promise<void> {
    const { utterances, facts } = memory.scoring;
    const options = { version: memory.heldSince, ttlMs: memory.phase === 'over' ? limits.overTtlMs : limits.ttlMs };
    const key = keyOf(callSid);
    if (written.get(utterances) === facts && (await shared.amend(key, JSON.stringify(changesOf(memory)), options)))
      return;
    await shared.write(key, JSON.stringify(memory), options);
    written.set(utterances, facts);
  }

  function saveNext(callSid: CallSid): void {
    if (copies === null || saving.has(callSid)) return;
    const memory = unsaved.get(callSid);
    if (memory === undefined) return;
    unsaved.delete(callSid);
    const work = writeTo(copies, callSid, memory)
      .catch(onFailure)
      .finally(() => {
        saving.delete(callSid);
        saveNext(callSid);
      });
    saving.set(callSid, work);
  }

  /** Undefined when there is none, which is told. */
  async function answerOf<Answer>(question: Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await question;
    } catch (error) {
      onFailure(error);
      return undefined;
    }
  }

  /** Undefined while Redis is away. */
  async function askForCopy(callSid: CallSid): Promise<Copy | null | undefined> {
    const copy = copies === null ? null : await answerOf(copies.read(keyOf(callSid)));
    const memory = copy && parseCallMemory(copy);
    return memory && copy ? { memory, isFresh: copy.ageMs < limits.leaseMs } : copy && null;
  }

  const copyOf = async (callSid: CallSid): Promise<Copy | null> => (await askForCopy(callSid)) ?? null;

  /** Asks the record until it answers; undefined when it does not in time. */
  async function askRecord(callSid: CallSid, before: number | undefined, settleMs: number, endsAtMs: number) {
    await pause(clock, settleMs);
    while (clock.monotonicMs() < endsAtMs) {
      const rebuilt = await answerOf(rebuild(callSid, before));
      if (rebuilt !== undefined) return rebuilt;
      await pause(clock, LOOK_AGAIN_MS);
    }
    return undefined;
  }

  async function recall(callSid: CallSid, before?: number): Promise<Recalled> {
    const takenAt = clock.wallMs();
    const endsAtMs = clock.monotonicMs() + limits.recallMs;
    let copy = await askForCopy(callSid);
    let record: CallMemory | null | undefined;
    const settleMs = copy ? 0 : limits.settleMs;
    void askRecord(callSid, before, settleMs, endsAtMs).then((answer) => {
      record = answer;
    });
    // Either of the two may be away, and be back in time.
    while (clock.monotonicMs() + LOOK_AGAIN_MS < endsAtMs && !isLastWord(copy)) {
      if (copy?.memory.phase !== 'leaving' && record !== undefined) break;
      await pause(clock, LOOK_AGAIN_MS);
      copy = (await askForCopy(callSid)) ?? copy;
    }
    const known = later(copy ?? null, record ?? null);
    if (known !== null) return numberedApart(known, takenAt);
    return copy === null && record === null ? null : 'unknown';
  }

  return {
    save(callSid, memory) {
      unsaved.set(callSid, memory);
      saveNext(callSid);
    },
    async flush(callSid) {
      for (let work = saving.get(callSid); work !== undefined; work = saving.get(callSid)) await work;
    },
    recall,
    async recallLater(callSid, before, signal) {
      let memory: Recalled = 'unknown';
      while (memory === 'unknown' && !signal.aborted) {
        await pause(clock, limits.againMs, signal);
        memory = await recall(callSid, before);
      }
      return memory;
    },
    async remembers(callSid) {
      const copy = await askForCopy(callSid);
      return copy === undefined ? null : copy !== null;
    },
    copyHolder: async (callSid) => (await copyOf(callSid))?.memory.instanceId ?? null,
    async holder(callSid) {
      const copy = await copyOf(callSid);
      if (copy?.isFresh) return copy.memory.instanceId;
      const recorded = await withinDeadline(clock, limits.recallMs, answerOf(leases.holder(callSid)));
      return recorded ?? copy?.memory.instanceId ?? null;
    },
    async isHeld(callSid) {
      const copy = copies === null ? undefined : await askForCopy(callSid);
      return copy === undefined ? null : copy?.isFresh === true && copy.memory.phase === 'live';
    },
  };
}

const hasLeft = ({ phase }: CallMemory): boolean => phase === 'left' || phase === 'over';

/** Unless it is old: the call may have been elsewhere since, while Redis was away or full. */
const isLastWord = (copy: Copy | null | undefined): boolean => copy?.isFresh === true && hasLeft(copy.memory);

/** Who knows of a later utterance, whatever the clocks say, or of the same one at a later time; but a last word is the last. */
function later(copy: Copy | null, record: CallMemory | null): CallMemory | null {
  if (copy === null || record === null) return copy?.memory ?? record;
  const { memory } = copy;
  const ahead = record.utterances - memory.utterances;
  const isRecordLater = ahead > 0 || (ahead === 0 && record.answeredUntil > memory.answeredUntil);
  return isRecordLater && !isLastWord(copy) ? record : memory;
}

/**
 * An instance that died, or only stands still, may have numbered more than it told, or may still do so; so may two that
 * took the call after it. Nobody speaks ten utterances a second, so these numbers are this instance's own.
 */
const numberedApart = (memory: CallMemory, takenAt: number): CallMemory =>
  hasLeft(memory)
    ? memory
    : { ...memory, utterances: Math.max(memory.utterances, 1_000 + Math.floor((takenAt - memory.firstAudioAt) / 100)) };
