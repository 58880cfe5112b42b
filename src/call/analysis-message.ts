import { z } from 'zod';
import type { Reading, VerdictBasis } from './analysis.ts';
import { SCAM_TYPES, STANCES, TACTICS } from './facts.ts';
import { scoringIdSchema, utteranceIdSchema } from './ids.ts';
import { priorsSchema } from './priors.ts';

/** As it stands in records, journals and copies. */
export const readingSchema = z.object({
  tactic: z.enum(TACTICS),
  utteranceId: utteranceIdSchema,
  stance: z.enum(STANCES),
  finder: z.enum(['local', 'model']),
  atMs: z.number(),
  isWeak: z.literal(true).exactOptional(),
}) satisfies z.ZodType<Reading>;

export const verdictBasisSchema = z.object({
  scoringId: scoringIdSchema,
  number: z.int(),
  stories: z.array(z.enum(SCAM_TYPES)),
  priors: priorsSchema.nullable(),
  readings: z.array(readingSchema),
}) satisfies z.ZodType<VerdictBasis>;
