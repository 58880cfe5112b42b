import { createServer } from 'node:http';
import { listen, readBody, stop } from './stand-in-server.ts';

/**
 * OpenAI's Chat Completions over a real socket. In the place of a model stand keywords: it finds what these rules name
 * and nothing else. Good for showing the way of a call and for tests; it says nothing about how well a model detects.
 */
export interface OpenAIStandIn {
  /** With the API's version, as `OPENAI_BASE_URL` wants it. */
  readonly url: string;
  readonly faults: OpenAIFaults;
  /** The bodies of the requests, newest last. */
  readonly requests: object[];
  /** The most requests that were under way at once. */
  readonly mostAtOnce: number;
  stop(): Promise<void>;
}

export interface OpenAIFaults {
  mode: 'answer' | 'error' | 'rate_limit' | 'hang' | 'garbage' | 'refusal';
  delayMs: number;
  /** Parameters that this server does not take, as some compatible ones do not. */
  refused: string[];
  /** The model does not keep to the schema: it thinks aloud first, and fences its answer. */
  isTalkative: boolean;
}

interface Request {
  readonly messages: ReadonlyArray<{ readonly role: string; readonly content: string | ReadonlyArray<TextPart> }>;
  readonly prompt_cache_options?: { readonly mode: 'implicit' | 'explicit' };
}

interface TextPart {
  readonly text: string;
  readonly prompt_cache_breakpoint?: object;
}

const REQUESTS_KEPT = 1_000;
/** https://developers.openai.com/api/docs/guides/prompt-caching */
const LEAST_CACHED_TOKENS = 1_024;
const UTTERANCE = /^\[(u\d+)\] (caller|protected|unknown): (.*)$/;
const RULES: ReadonlyArray<readonly [tactic: string, words: RegExp]> = [
  ['authority', /(fraud department|calling from your bank|officer|public defender|lawyer)[^.?!]*/i],
  ['urgency', /(right now|immediately|within the hour|before noon)/i],
  ['threat', /(is being emptied|arrest|warrant|in jail|stays? (here|in jail))[^.?!]*/i],
  ['secrecy', /(do not|don't|please don't) tell[^.?!]*/i],
  ['ask_code', /(read|tell) me the [^.?!]*code[^.?!]*/i],
  ['ask_move_money', /move (all )?your (money|savings)[^.?!]*/i],
  ['ask_cash_courier', /(withdraw|courier)[^.?!]*/i],
  ['ask_lie_to_bank', /(if (they|the teller) asks?)[^.?!]*/i],
  ['ask_stay_on_line', /(stay on the (line|phone)|do not hang up)[^.?!]*/i],
  ['rapport', /(grandma|it's me)[^.?!]*/i],
  ['victim_complying', /(the code is|i have the money|i am going to the bank)[^.?!]*/i],
  ['protective_advice', /(never ask (you )?for|call the number on)[^.?!]*/i],
];
const SCAM_TYPES: ReadonlyArray<readonly [type: string, words: RegExp]> = [
  ['family_emergency', /grandma|bail/i],
  ['bank_impersonation', /fraud department|safe account/i],
];

export async function startOpenAIStandIn(apiKey: string, port = 0): Promise<OpenAIStandIn> {
  const faults: OpenAIFaults = { mode: 'answer', delayMs: 150, refused: [], isTalkative: false };
  const requests: object[] = [];
  const cachedPrefixes = new Set<string>();
  let underWay = 0;
  let mostAtOnce = 0;
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const body = await readBody(request);
    if (request.headers.authorization !== `Bearer ${apiKey}`) return answer(401, problem('invalid_api_key'));
    if (request.method === 'GET') return answer(200, { object: 'list', data: [] });
    if (request.url !== '/v1/chat/completions') return answer(404, problem('not_found'));
    const asked = JSON.parse(body) as Request;
    requests.push(asked);
    requests.splice(0, requests.length - REQUESTS_KEPT);
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    response.on('close', () => {
      underWay -= 1;
    });
    await new Promise((resolve) => setTimeout(resolve, faults.delayMs));
    if (faults.mode === 'hang') return undefined;
    if (faults.mode === 'error') return answer(500, problem('server_error'));
    const refused = faults.refused.find((name) => name in asked);
    if (refused !== undefined) return answer(400, problem('unknown_parameter', refused));
    if (faults.mode === 'rate_limit') return answer(429, problem('rate_limit_exceeded'), { 'retry-after': '30' });
    return answer(200, completion(faults, asked, cachedPrefixes));
  });
  const address = await listen(server, port);
  return {
    url: `http://127.0.0.1:${address}/v1`,
    faults,
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    stop: () => stop(server),
  };
}

const problem = (code: string, param: string | null = null) => ({
  error: { message: code, type: 'stand_in', param, code },
});

const textOf = (content: string | ReadonlyArray<TextPart>): string =>
  typeof content === 'string' ? content : content.map(({ text }) => text).join('\n');

function completion(faults: OpenAIFaults, asked: Request, cachedPrefixes: Set<string>) {
  const texts = asked.messages.map(({ content }) => textOf(content));
  const transcript = texts.filter((_, index) => asked.messages[index]?.role === 'user').join('\n');
  const facts = JSON.stringify(read(transcript));
  const told = faults.isTalkative ? `<think>Any {codes}?</think>\n\`\`\`json\n${facts}\n\`\`\`` : facts;
  const isRefused = faults.mode === 'refusal';
  const content = faults.mode === 'garbage' ? '{"facts": [<<<' : told;
  const promptTokens = tokensOf(texts.join(''));
  return {
    id: 'chatcmpl-stand-in',
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1_000),
    model: 'stand-in',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: isRefused ? null : content,
          refusal: isRefused ? 'I cannot help with that.' : null,
        },
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: 60,
      total_tokens: promptTokens + 60,
      prompt_tokens_details: { cached_tokens: cachedTokens(asked, cachedPrefixes) },
    },
  };
}

const tokensOf = (text: string): number => Math.ceil(text.length / 4);

/** What ends in a breakpoint and is long enough is kept, and found again by the next request that begins with it. */
function cachedTokens({ messages, prompt_cache_options }: Request, cachedPrefixes: Set<string>): number {
  const parts = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const end = parts.findLastIndex((part) => part.prompt_cache_breakpoint !== undefined);
  const prefix = parts
    .slice(0, end + 1)
    .map(({ text }) => text)
    .join('');
  if (prompt_cache_options?.mode !== 'explicit' || tokensOf(prefix) < LEAST_CACHED_TOKENS) return 0;
  const isKept = cachedPrefixes.has(prefix);
  cachedPrefixes.add(prefix);
  return isKept ? tokensOf(prefix) : 0;
}

function read(transcript: string) {
  const facts = transcript.split('\n').flatMap((line) => {
    const [, id, , words = ''] = UTTERANCE.exec(line) ?? [];
    if (id === undefined) return [];
    return RULES.flatMap(([tactic, rule]) => {
      const quote = rule.exec(words)?.[0].trim();
      return quote === undefined ? [] : [{ tactic, utterance_id: id, quote, stance: 'pressed' }];
    });
  });
  const isAsked = facts.some(({ tactic }) => tactic.startsWith('ask_'));
  const type = isAsked ? (SCAM_TYPES.find(([, rule]) => rule.test(transcript))?.[0] ?? 'other') : 'none';
  return { facts, scam_type: type, summary: isAsked ? 'The caller presses for something of value.' : '' };
}
