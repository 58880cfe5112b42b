import { z } from 'zod';
import { type Fact, SCAM_TYPES, type ScamType, STANCES, TACTICS } from '../call/facts.ts';
import { utteranceIdSchema } from '../call/ids.ts';
import { type Priors, priorsSchema } from '../call/priors.ts';
import type { Utterance } from '../call/utterance.ts';

/** What the scoring of a call knows, for another process to go on with. */
export interface ScoringMemory {
  /** The window, oldest first. */
  readonly utterances: readonly Utterance[];
  /** As each finder read them. */
  readonly facts: readonly Fact[];
  readonly stories: readonly ScamType[];
  /** Null as long as they are not known. */
  readonly priors: Priors | null;
  readonly summary: string;
  /** What the call may spend on the model at present. */
  readonly tokens: number;
}

const utteranceSchema = z.object({
  id: utteranceIdSchema,
  speaker: z.enum(['caller', 'protected', 'unknown']),
  text: z.string(),
  startMs: z.number(),
  endMs: z.number(),
});

const factSchema = z.object({
  tactic: z.enum(TACTICS),
  utteranceId: utteranceIdSchema,
  quote: z.string(),
  stance: z.enum(STANCES),
  finder: z.enum(['local', 'model']),
  atMs: z.number(),
  isWeak: z.literal(true).exactOptional(),
});

export const scoringMemorySchema = z.object({
  utterances: z.array(utteranceSchema),
  facts: z.array(factSchema),
  stories: z.array(z.enum(SCAM_TYPES)),
  /** Instances of an earlier version knew none. */
  priors: priorsSchema.nullable().default(null),
  summary: z.string(),
  tokens: z.number(),
});
