import { z } from 'zod';
import type { AlertStep } from '../call/event.ts';
import type { CallSid } from '../call/ids.ts';
import { type ScoringMemory, scoringMemorySchema } from '../scoring/scoring-memory.ts';

/** What a call must not forget when its instance dies: enough for another one to go on as if nothing had happened. */
export interface CallMemory {
  /** The instance that holds the call, or held it last. */
  readonly instanceId: string;
  /**
   * `live`: held; if its stream comes to another instance, that one takes over. `leaving`: handed over on purpose, and
   * the last words are still being drawn out. `left`: nothing more will come from that instance. `over`: the call has ended.
   */
  readonly phase: 'live' | 'leaving' | 'left' | 'over';
  /** Unix milliseconds: when that instance took the call; of two that believe they hold it the later one does. */
  readonly heldSince: number;
  /** Unix milliseconds: when the call's timeline begins, and until when its audio was answered for. */
  readonly firstAudioAt: number;
  readonly answeredUntil: number;
  readonly blindMs: number;
  /** What is spoken, BCP 47; null as long as nobody has said it. */
  readonly language: string | null;
  /** Utterances so far: the next one is numbered one higher. */
  readonly utterances: number;
  readonly raised: readonly AlertStep[];
  readonly scoring: ScoringMemory;
}

/** PORT: texts that all instances share, by key. Copies only: losing them loses no alert. */
export interface SharedCopies {
  /** Does nothing where there is a copy of a later version. */
  write(key: string, text: string, options: CopyOptions): Promise<void>;
  /** Adds what has changed since the copy was written, in place of what was added before. False: no such version is there. */
  amend(key: string, changes: string, options: CopyOptions): Promise<boolean>;
  /** `ageMs`: how long ago it was written or amended, by the one clock of those who keep it. */
  read(key: string): Promise<SharedCopy | null>;
}

export interface CopyOptions {
  readonly version: number;
  readonly ttlMs: number;
}

export interface SharedCopy {
  readonly text: string;
  readonly changes: string | null;
  readonly ageMs: number;
}

/**
 * PORT: a call's memory as far as its record holds it, up to the utterance that has the number `before`; null for a call
 * that nobody recorded.
 */
export type RebuildMemory = (callSid: CallSid, before?: number) => Promise<CallMemory | null>;

const callMemorySchema = z.object({
  instanceId: z.string(),
  phase: z.enum(['live', 'leaving', 'left', 'over']),
  heldSince: z.number(),
  firstAudioAt: z.number(),
  answeredUntil: z.number(),
  blindMs: z.number(),
  /** Instances of an earlier version knew none. */
  language: z.string().nullable().default(null),
  utterances: z.number().int(),
  raised: z.array(z.enum(['high', 'critical'])),
  scoring: scoringMemorySchema,
});

/** All of it but what was heard and found, which is nearly all of it and changes only with what is said. */
export const changesOf = (memory: CallMemory): object => ({
  ...memory,
  scoring: { ...memory.scoring, utterances: undefined, facts: undefined },
});

/** Null for what is none, such as one of another version. */
export function parseCallMemory({ text, changes }: Pick<SharedCopy, 'text' | 'changes'>): CallMemory | null {
  try {
    const written = JSON.parse(text);
    const changed = changes === null ? {} : JSON.parse(changes);
    const scoring = { ...written.scoring, ...changed.scoring };
    const parsed = callMemorySchema.safeParse({ ...written, ...changed, scoring });
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Numbers that no instance has given before in a call of which nobody knows how far it had come. */
export const farBeyond = (wallMs: number): number => (1 + (Math.floor(wallMs / 1_000) % 1_000_000)) * 1_000;
