import OpenAI, { APIConnectionError, APIError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import type { ProviderFailure } from '../../call/failure.ts';
import type { FactFinder } from '../fact-finder.ts';
import { callFactsSchema, parseCallFacts } from './call-facts-message.ts';
import { type Completion, type CompletionTokens, parseCompletion } from './completion-message.ts';
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

/** Thirty facts, as many as the instructions allow, take some 2,000. */
const MAX_ANSWER_TOKENS = 3_000;
/** A key or an account that is refused now will be refused in a second. */
const ACCOUNT_PAUSE_MS = 60_000;
/** For servers that do not say what an answer cost: English has about four characters to a token. */
const CHARACTERS_PER_TOKEN = 4;

/** Reads windows with a language model by Chat Completions, which OpenAI keeps and self-hosted servers offer as well. */
export function createOpenAIFactFinder(
  { apiKey, baseUrl, model, reasoningEffort, deadlineMs }: OpenAIOptions,
  countTokens: (tokens: CompletionTokens) => void,
): FactFinder {
  // The SDK's own retries would run past the deadline, and its timeout does not bound the body: our signal does.
  const client = new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0, timeout: deadlineMs });
  const responseFormat = zodResponseFormat(callFactsSchema, 'call_facts');

  return {
    async find(window, { signal }) {
      const transcript = transcriptLines(window);
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
                { role: 'user', content: transcript },
              ],
            },
            { signal },
          ),
        );
        if (completion?.tokens) countTokens(completion.tokens);
        const tokens = completion?.tokens ? costOf(completion.tokens) : estimateOf(transcript, completion?.content);
        const content = completion?.content ?? null;
        const found = content === null ? null : parseCallFacts(content, window);
        return found === null ? { ok: false, failure: unusable(completion), tokens } : { ok: true, found, tokens };
      } catch (error) {
        // A request that was given up is worked on and billed all the same.
        const tokens = signal.aborted ? estimateOf(transcript, null) : 0;
        return { ok: false, failure: failureOf(error, signal), tokens };
      }
    },
  };
}

/** Cached tokens cost a tenth: https://developers.openai.com/api/docs/pricing */
const costOf = ({ input, cachedInput, output }: CompletionTokens): number => input + cachedInput / 10 + output;

const estimateOf = (transcript: string, content: string | null | undefined): number =>
  (INSTRUCTIONS.length + transcript.length + (content?.length ?? 0)) / CHARACTERS_PER_TOKEN;

/** The provider works, so nothing is gained by asking the same again. */
const unusable = (completion: Completion | null): ProviderFailure => ({
  provider: 'openai',
  code: completion?.isRefusal ? 'refusal' : 'unusable_answer',
  message: 'the model gave no usable answer',
  retryable: false,
});

function failureOf(error: unknown, signal: AbortSignal): ProviderFailure {
  if (signal.aborted) return failure('aborted', 'no answer within the deadline', true);
  if (error instanceof APIConnectionError) return failure('connection', error.message, true);
  if (!(error instanceof APIError)) return failure('unusable_answer', 'the answer could not be read', true);
  // What may be repeated is documented: https://developers.openai.com/api/docs/guides/error-codes
  const status: number = error.status ?? 0;
  const isAccounts = status === 401 || status === 403 || ACCOUNT_CODES.has(error.code);
  const isRetryable = !isAccounts && (status === 408 || status === 409 || status === 429 || status >= 500);
  const retryAfterMs = isAccounts ? ACCOUNT_PAUSE_MS : retryAfter(error.headers);
  return {
    ...failure(error.code ?? String(status), `HTTP ${status}`, isRetryable),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

const ACCOUNT_CODES: ReadonlySet<unknown> = new Set(['insufficient_quota', 'credit_balance_exhausted']);

const failure = (code: string, message: string, retryable: boolean): ProviderFailure => ({
  provider: 'openai',
  code,
  message,
  retryable,
});

/** Milliseconds. `retry-after` holds seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(headers: Headers | undefined): number | null {
  const inMs = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(inMs)) return inMs;
  const value = headers?.get('retry-after') ?? null;
  if (value === null) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
