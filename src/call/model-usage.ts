/** Tokens that the language model read and wrote. */
export interface TokenUsage {
  /** Input that the provider's cache did not hold. */
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/** What the language model was asked about one call so far, and what that cost. */
export interface ModelUsage extends TokenUsage {
  readonly requests: number;
}

export const NO_TOKENS: TokenUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
export const NO_USAGE: ModelUsage = { requests: 0, ...NO_TOKENS };

export const addUsage = (a: ModelUsage, b: ModelUsage): ModelUsage => ({
  requests: a.requests + b.requests,
  inputTokens: a.inputTokens + b.inputTokens,
  cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
});
