import { z } from 'zod';
import type { TokenUsage } from '../../call/model-usage.ts';

const usageSchema = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
});

/**
 * The parts of a chat completion that are read.
 * Source: https://developers.openai.com/api/reference/resources/chat/subresources/completions
 */
const completionSchema = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }) }))
    .min(1),
  usage: usageSchema.nullish(),
});

export interface Completion {
  readonly content: string | null;
  readonly isRefusal: boolean;
  /** Null when the server does not say. */
  readonly usage: TokenUsage | null;
}

/** The completion, or null when the server answered something else. */
export function parseCompletion(body: unknown): Completion | null {
  const parsed = completionSchema.safeParse(body);
  const message = parsed.data?.choices[0]?.message;
  if (!parsed.success || message === undefined) return null;
  const { usage } = parsed.data;
  return {
    content: message.content ?? null,
    isRefusal: Boolean(message.refusal),
    usage: usage ? usageOf(usage) : null,
  };
}

function usageOf({ prompt_tokens, completion_tokens, prompt_tokens_details }: z.infer<typeof usageSchema>): TokenUsage {
  const cachedInputTokens = prompt_tokens_details?.cached_tokens ?? 0;
  return { inputTokens: prompt_tokens - cachedInputTokens, cachedInputTokens, outputTokens: completion_tokens };
}
