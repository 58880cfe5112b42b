import OpenAI, { APIConnectionError, APIError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import type { ProviderFailure } from '../../call/failure.ts';
import { NO_TOKENS, type TokenUsage } from '../../call/model-usage.ts';
import type { FactFinder, ScoringWindow } from '../fact-finder.ts';
import { callFactsSchema, parseCallFacts } from './call-facts-message.ts';
import { type Completion, parseCompletion } from './completion-message.ts';
import { INSTRUCTIONS, knownLines, PROMPT_VERSION, transcriptLines } from './prompt.ts';

export interface OpenAIOptions {
  readonly apiKey: string;
  /** The API's address with its version, such as `https://api.openai.com/v1`; any compatible server. */
  readonly baseUrl: string;
  readonly model: string;
  /** `none` for the fastest answer. */
  readonly reasoningEffort: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
  /** What the server refuses is not sent. */
  readonly omit: ReadonlyArray<keyof OptionalParameters>;
  /** Each request's whole time, milliseconds. */
  readonly deadlineMs: number;
}

/** What a request can do without. */
type OptionalParameters = ReturnType<typeof optionalParameters>;

/** Thirty facts, as many as the instructions allow, take some 2,000. */
const MAX_ANSWER_TOKENS = 3_000;
/** A key, an account or a setting that is refused now will be refused in a second. */
const REFUSED_PAUSE_MS = 60_000;
/** At least so many, until the server has told how many it is: English has four, other scripts seldom less than three. */
export const LEAST_BYTES_PER_TOKEN = 3;

const optionalParameters = (reasoningEffort: OpenAIOptions['reasoningEffort']) => ({
  store: false,
  response_format: zodResponseFormat(callFactsSchema, 'call_facts'),
  max_completion_tokens: MAX_ANSWER_TOKENS,
  reasoning_effort: reasoningEffort,
  // The same for all calls: they share the instructions. From gpt-5.6 on the cache holds what a breakpoint ends, and
  // without one of ours it would be the end of the transcript, which never comes again.
  prompt_cache_key: `call_facts ${PROMPT_VERSION}`,
  prompt_cache_options: { mode: 'explicit' as const },
});

/** Reads calls with a language model by Chat Completions, which OpenAI keeps and self-hosted servers offer as well. */
export function createOpenAIFactFinder(options: OpenAIOptions): FactFinder {
  const { apiKey, baseUrl, model, omit, deadlineMs } = options;
  // The SDK's own retries would run past the deadline, and its timeout does not bound the body: our signal does.
  const client = new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0, timeout: deadlineMs });
  const parameters: Partial<OptionalParameters> = optionalParameters(options.reasoningEffort);
  for (const name of omit) delete parameters[name];
  const instructions = { role: 'system' as const, content: INSTRUCTIONS };
  const system = parameters.prompt_cache_options === undefined ? instructions : endingInBreakpoint(instructions);
  const fixedBytes = Buffer.byteLength(INSTRUCTIONS + JSON.stringify(parameters.response_format ?? ''));
  let bytesPerToken = LEAST_BYTES_PER_TOKEN;

  /** Made once: what it costs is asked before it is sent, and again when it has been answered. */
  const prompts = new WeakMap<ScoringWindow, readonly [known: string, transcript: string]>();

  function promptOf(window: ScoringWindow): readonly [known: string, transcript: string] {
    const prompt = prompts.get(window) ?? [knownLines(window), transcriptLines(window)];
    prompts.set(window, prompt);
    return prompt;
  }

  const bytesOf = (window: ScoringWindow): number => fixedBytes + Buffer.byteLength(promptOf(window).join(''));
  const inputTokensOf = (window: ScoringWindow): number => Math.ceil(bytesOf(window) / bytesPerToken);

  /** For servers that do not say it the most that it can be. */
  function usageOf(window: ScoringWindow, completion: Completion | null): TokenUsage {
    if (completion?.usage) {
      const { inputTokens, cachedInputTokens } = completion.usage;
      bytesPerToken = bytesOf(window) / Math.max(1, inputTokens + cachedInputTokens);
      return completion.usage;
    }
    const outputTokens = Math.ceil(Buffer.byteLength(completion?.content ?? '') / bytesPerToken);
    return { inputTokens: inputTokensOf(window), cachedInputTokens: 0, outputTokens };
  }

  return {
    promptVersion: PROMPT_VERSION,
    inputTokensOf,
    async find(window, { signal }) {
      try {
        const completion = parseCompletion(
          await client.chat.completions.create(
            {
              model,
              ...parameters,
              messages: [system, ...promptOf(window).map((content) => ({ role: 'user' as const, content }))],
            },
            { signal },
          ),
        );
        const content = completion?.content ?? null;
        const usage = usageOf(window, completion);
        const found = content === null ? null : parseCallFacts(content, window);
        return found === null ? { ok: false, failure: unusable(completion), usage } : { ok: true, found, usage };
      } catch (error) {
        // A request that was given up is worked on and billed all the same.
        const usage = signal.aborted ? usageOf(window, null) : NO_TOKENS;
        return { ok: false, failure: failureOf(error, signal, Object.keys(parameters)), usage };
      }
    },
  };
}

/** Source: https://developers.openai.com/api/docs/guides/prompt-caching */
const endingInBreakpoint = ({ role, content }: { readonly role: 'system'; readonly content: string }) => ({
  role,
  content: [{ type: 'text' as const, text: content, prompt_cache_breakpoint: { mode: 'explicit' as const } }],
});

/** The provider works, so nothing is gained by asking the same again. */
const unusable = (completion: Completion | null): ProviderFailure => ({
  provider: 'openai',
  code: completion?.isRefusal ? 'refusal' : 'unusable_answer',
  message: 'the model gave no usable answer',
  retryable: false,
});

function failureOf(error: unknown, signal: AbortSignal, parameters: readonly string[]): ProviderFailure {
  if (signal.aborted) return failure('aborted', 'no answer within the deadline', true);
  if (error instanceof APIConnectionError) return failure('connection', error.message, true);
  if (!(error instanceof APIError)) return failure('unusable_answer', 'the answer could not be read', true);
  // What may be repeated is documented: https://developers.openai.com/api/docs/guides/error-codes
  const status: number = error.status ?? 0;
  const refused = status === 400 || status === 422 ? refusedParameter(error, parameters) : undefined;
  if (refused !== undefined) {
    const advice = `the server refuses the parameter ${refused}: name it in OPENAI_OMIT`;
    return { ...failure('parameter_refused', advice, false), retryAfterMs: REFUSED_PAUSE_MS };
  }
  const isSettings = REFUSED_STATUSES.has(status) || ACCOUNT_CODES.has(error.code);
  const isRetryable = !isSettings && (status === 408 || status === 409 || status === 429 || status >= 500);
  const retryAfterMs = isSettings ? REFUSED_PAUSE_MS : retryAfter(error.headers);
  return {
    ...failure(error.code ?? String(status), `HTTP ${status}`, isRetryable),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

/** OpenAI names it in `param`, other servers somewhere in the message. */
const refusedParameter = (error: APIError, parameters: readonly string[]): string | undefined =>
  parameters.find((name) => error.param === name || error.message.includes(name));

/** The key, the account's rights, the address or the model's name are wrong. */
const REFUSED_STATUSES: ReadonlySet<number> = new Set([401, 403, 404]);

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
