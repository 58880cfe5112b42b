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
  write(key: string, text: string, options: { readonly version: number; readonly ttlMs: number }): Promise<void>;
  /** `ageMs`: how long ago it was written, by the one clock of those who keep it. */
  read(key: string): Promise<{ readonly text: string; readonly ageMs: number } | null>;
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

/** A copy is written every two seconds, and its lists are nearly all of it: each is made into text once. */
export function encodeCallMemory({ scoring: { utterances, facts, ...scoring }, ...memory }: CallMemory): string {
  const text = JSON.stringify({ ...memory, scoring });
  const end = '}}';
  const lists = `"utterances":${textOf(utterances)},"facts":${textOf(facts)}`;
  return `${text.slice(0, -end.length)},${lists}${end}`;
}

const texts = new WeakMap<readonly unknown[], string>();

/** Of a list that nobody changes. */
function textOf(list: readonly unknown[]): string {
  const known = texts.get(list);
  if (known !== undefined) return known;
  const text = JSON.stringify(list);
  texts.set(list, text);
  return text;
}

/** Null for what is none, such as one of another version. */
export function parseCallMemory(text: string): CallMemory | null {
  try {
    const parsed = callMemorySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Numbers that no instance has given before in a call of which nobody knows how far it had come. */
export const farBeyond = (wallMs: number): number => (1 + (Math.floor(wallMs / 1_000) % 1_000_000)) * 1_000;
