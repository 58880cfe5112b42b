import { z } from 'zod';

/**
 * What Deepgram sends on `/v1/listen`. Times are seconds since the connection's first audio byte. Words come with
 * every message, most of them again and again: they are cleaned where a segment is made of them.
 * Source: https://developers.deepgram.com/reference/speech-to-text/listen-streaming
 */
const wordSchema = z.object({
  word: z.string(),
  punctuated_word: z.string().optional(),
  start: z.number(),
  end: z.number(),
});

const resultsSchema = z.object({
  type: z.literal('Results'),
  start: z.number(),
  duration: z.number(),
  is_final: z.boolean().default(false),
  channel: z.object({
    alternatives: z.array(z.object({ transcript: z.string(), words: z.array(wordSchema).default([]) })),
  }),
});

const deepgramMessageSchema = z.discriminatedUnion('type', [
  resultsSchema,
  z.object({ type: z.literal('Metadata') }),
  z.object({ type: z.literal('UtteranceEnd') }),
  z.object({ type: z.literal('SpeechStarted') }),
  /** Not in the specification of v1; tolerated because other endpoints send it. */
  z.object({ type: z.literal('Error'), description: z.string().default('') }),
]);

export type DeepgramMessage = z.infer<typeof deepgramMessageSchema>;
export type DeepgramResults = z.infer<typeof resultsSchema>;

/** A message of a known type, or null: Deepgram adds types, and a broken message must not end a call's transcript. */
export function parseDeepgramMessage(message: unknown): DeepgramMessage | null {
  const parsed = deepgramMessageSchema.safeParse(message);
  return parsed.success ? parsed.data : null;
}
