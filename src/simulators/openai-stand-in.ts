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
}

const REQUESTS_KEPT = 1_000;
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
  const faults: OpenAIFaults = { mode: 'answer', delayMs: 150 };
  const requests: object[] = [];
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
    const asked = JSON.parse(body) as { messages: Array<{ role: string; content: string }> };
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
    if (faults.mode === 'rate_limit') return answer(429, problem('rate_limit_exceeded'), { 'retry-after': '30' });
    return answer(200, completion(faults.mode, asked.messages));
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

const problem = (code: string) => ({ error: { message: code, type: 'stand_in', param: null, code } });

function completion(mode: OpenAIFaults['mode'], messages: ReadonlyArray<{ role: string; content: string }>) {
  const transcript = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const content =
    mode === 'garbage' ? '{"facts": [<<<' : mode === 'refusal' ? null : JSON.stringify(read(transcript.join('\n')));
  const refusal = mode === 'refusal' ? 'I cannot help with that.' : null;
  const characters = messages.reduce((sum, message) => sum + message.content.length, 0);
  return {
    id: 'chatcmpl-stand-in',
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1_000),
    model: 'stand-in',
    choices: [{ index: 0, message: { role: 'assistant', content, refusal }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: Math.ceil(characters / 4),
      completion_tokens: 60,
      total_tokens: Math.ceil(characters / 4) + 60,
    },
  };
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
