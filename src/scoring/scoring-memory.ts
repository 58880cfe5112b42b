import { z } from 'zod';
import { readingSchema } from '../call/analysis-message.ts';
import { type Fact, SCAM_TYPES, type ScamType } from '../call/facts.ts';
import { type UtteranceId, utteranceIdSchema } from '../call/ids.ts';
import { NO_USAGE } from '../call/model-usage.ts';
import { type Priors, priorsSchema } from '../call/priors.ts';
import type { Utterance } from '../call/utterance.ts';
import type { SpendMemory } from './model-spend.ts';

/** What the scoring of a call knows, for another process to go on with. */
export interface ScoringMemory {
  /** The window, oldest first. */
  readonly utterances: readonly Utterance[];
  /** Those of them that the model has not read. */
  readonly unread: readonly UtteranceId[];
  /** As each finder read them. */
  readonly facts: readonly Fact[];
  readonly stories: readonly ScamType[];
  /** Null as long as they are not known. */
  readonly priors: Priors | null;
  readonly summary: string;
  readonly spend: SpendMemory;
}

const utteranceSchema = z.object({
  id: utteranceIdSchema,
  speaker: z.enum(['caller', 'protected', 'unknown']),
  text: z.string(),
  startMs: z.number(),
  endMs: z.number(),
});

const spendSchema = z.object({
  usage: z.object({
    requests: z.number(),
    inputTokens: z.number(),
    cachedInputTokens: z.number(),
    outputTokens: z.number(),
  }),
  recent: z.array(z.object({ agoMs: z.number(), inputTokens: z.number() })),
});

/** What an earlier version did not know has a default: during a deploy calls move between versions. */
export const scoringMemorySchema = z.object({
  utterances: z.array(utteranceSchema),
  unread: z.array(utteranceIdSchema).default([]),
  facts: z.array(readingSchema.extend({ quote: z.string() })),
  stories: z.array(z.enum(SCAM_TYPES)),
  priors: priorsSchema.nullable().default(null),
  summary: z.string(),
  spend: spendSchema.default({ usage: NO_USAGE, recent: [] }),
});
