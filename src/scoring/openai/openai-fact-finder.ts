import OpenAI, { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import type { ProviderFailure } from '../../call/failure.ts';
import type { FactFinder } from '../fact-finder.ts';
import { callFactsSchema, parseCallFacts } from './call-facts-message.ts';
import { type Completion, parseCompletion } from './completion-message.ts';
import { INSTRUCTIONS, transcriptLines } from './prompt.ts';

export interface OpenAIOptions {
  readonly apiKey: string;
  /** The API's address with its version, such as `https://api.openai.com/v1`; any compatible server. */
  readonly baseUrl: string;
  readonly model: string;
  /** `none` for the fastest answer; null where the server does not know the parameter. */
  readonly reasoningEffort: 'none' | 'minimal' | 'low' | 'medium' | 'high' | null;
  /** Each request's whole time, milliseconds. */
  readonly deadlineMs: number;
}

/** An answer is some twenty facts; more is a model that talks. */
const MAX_ANSWER_TOKENS = 1_500;

/** Reads windows with a language model by Chat Completions, which OpenAI keeps and self-hosted servers offer as well. */
export function createOpenAIFactFinder(
  { apiKey, baseUrl, model, reasoningEffort, deadlineMs }: OpenAIOptions,
  countTokens: (tokens: Completion['tokens']) => void,
): FactFinder {
  // The SDK's own retries would run past the deadline, and its timeout does not bound the body: our signal does.
  const client = new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0, timeout: deadlineMs });
  const responseFormat = zodResponseFormat(callFactsSchema, 'call_facts');

  return {
    async find(window, { signal }) {
      try {
        const completion = parseCompletion(
          await client.chat.completions.create(
            {
              model,
              store: false,
              response_format: responseFormat,
              max_completion_tokens: MAX_ANSWER_TOKENS,
              ...(reasoningEffort === null ? {} : { reasoning_effort: reasoningEffort }),
              messages: [
                { role: 'system', content: INSTRUCTIONS },
                { role: 'user', content: transcriptLines(window) },
              ],
            },
            { signal },
          ),
        );
        if (completion !== null) countTokens(completion.tokens);
        const content = completion?.content ?? null;
        const found = content === null ? null : parseCallFacts(content, window);
        if (completion === null || found === null) return { ok: false, failure: unusable(completion) };
        const { input, cachedInput, output } = completion.tokens;
        return { ok: true, found, tokens: input + cachedInput + output };
      } catch (error) {
        return { ok: false, failure: failureOf(error) };
      }
    },
  };
}

/** The provider works, so nothing is gained by asking the same again. */
const unusable = (completion: Completion | null): ProviderFailure => ({
  provider: 'openai',
  code: completion?.isRefusal ? 'refusal' : 'unusable_answer',
  message: 'the model gave no usable answer',
  retryable: false,
});

function failureOf(error: unknown): ProviderFailure {
  if (error instanceof APIUserAbortError) return failure('aborted', 'no answer within the deadline', true);
  if (error instanceof APIConnectionError) return failure('connection', error.message, true);
  if (!(error instanceof APIError)) return failure('unusable_answer', 'the answer could not be read', true);
  // Documented as retryable: https://developers.openai.com/api/docs/guides/error-codes
  const status: number = error.status ?? 0;
  const isOutOfCredit = error.code === 'insufficient_quota' || error.code === 'credit_balance_exhausted';
  const isRetryable = !isOutOfCredit && (status === 408 || status === 409 || status === 429 || status >= 500);
  const retryAfterMs = retryAfter(error.headers);
  return {
    ...failure(error.code ?? String(status), `HTTP ${status}`, isRetryable),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

const failure = (code: string, message: string, retryable: boolean): ProviderFailure => ({
  provider: 'openai',
  code,
  message,
  retryable,
});

function retryAfter(headers: Headers | undefined): number | null {
  const inMs = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  const inSeconds = Number(headers?.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(inMs)) return inMs;
  return Number.isFinite(inSeconds) ? inSeconds * 1000 : null;
}
