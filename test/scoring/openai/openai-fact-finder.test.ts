import { describe, expect, it, onTestFinished } from 'vitest';
import { utteranceIdOf } from '../../../src/call/ids.ts';
import type { Utterance } from '../../../src/call/utterance.ts';
import { LIMITS } from '../../../src/limits.ts';
import type { ScoringWindow } from '../../../src/scoring/fact-finder.ts';
import { createOpenAIFactFinder, type OpenAIOptions } from '../../../src/scoring/openai/openai-fact-finder.ts';
import { INSTRUCTIONS, PROMPT_VERSION } from '../../../src/scoring/openai/prompt.ts';
import { startOpenAIStandIn } from '../../../src/simulators/openai-stand-in.ts';

const said = (number: number, speaker: Utterance['speaker'], text: string): Utterance => ({
  id: utteranceIdOf(number),
  speaker,
  text,
  startMs: 0,
  endMs: number,
});
const CALL: ScoringWindow = {
  known: { facts: [], scamType: 'none' },
  context: [said(1, 'protected', 'Hello?')],
  news: [said(2, 'caller', 'Read me the code on the card.'), said(3, 'protected', 'Which code?')],
};

async function start(more: Partial<OpenAIOptions> = {}) {
  const standIn = await startOpenAIStandIn('key');
  standIn.faults.delayMs = 0;
  onTestFinished(() => standIn.stop());
  const finder = createOpenAIFactFinder({
    apiKey: 'key',
    baseUrl: standIn.url,
    model: 'gpt-test',
    reasoningEffort: 'none',
    omit: [],
    deadlineMs: 4_000,
    ...more,
  });
  const find = (window = CALL, signal = new AbortController().signal) => finder.find(window, { signal });
  return { standIn, finder, find };
}

describe('the language model', () => {
  it('is asked with the fixed instructions first and the transcript last', async () => {
    const { standIn, find } = await start();
    await find();
    expect(standIn.requests[0]).toMatchObject({
      model: 'gpt-test',
      store: false,
      reasoning_effort: 'none',
      messages: [
        { role: 'system', content: [{ type: 'text', text: INSTRUCTIONS }] },
        { role: 'user', content: 'Known before: nothing.\nNew lines begin at u2.' },
        {
          role: 'user',
          content: '[u1] protected: Hello?\n[u2] caller: Read me the code on the card.\n[u3] protected: Which code?',
        },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'call_facts', strict: true } },
    });
  });

  it('answers facts of known utterances', async () => {
    const { find } = await start();
    expect(await find()).toMatchObject({
      ok: true,
      found: { facts: [{ tactic: 'ask_code', utteranceId: 'u2', finder: 'model', atMs: 2 }], scamType: 'other' },
    });
  });

  it('has the instructions cached after the first request, as the breakpoint behind them asks', async () => {
    const { standIn, find } = await start();
    const first = (await find()).usage;
    const second = (await find({ ...CALL, news: [said(2, 'caller', 'Something else.')] })).usage;
    expect(first).toMatchObject({ cachedInputTokens: 0, outputTokens: 60 });
    expect(second?.cachedInputTokens).toBeGreaterThanOrEqual(1_024);
    expect(second?.inputTokens).toBeLessThan(100);
    const [one, two] = standIn.requests as Array<{ prompt_cache_key: string }>;
    expect(one?.prompt_cache_key).toBe(two?.prompt_cache_key);
    expect(one?.prompt_cache_key).toContain(PROMPT_VERSION);
  });

  it('costs as many tokens as it told before, and one for three bytes until it has', async () => {
    const { standIn, finder, find } = await start({ omit: ['prompt_cache_options'] });
    const before = finder.inputTokensOf(CALL);
    const { usage } = await find();
    expect(usage).toMatchObject({ cachedInputTokens: 0 });
    expect(before).toBeGreaterThan(usage?.inputTokens ?? 0);
    expect(finder.inputTokensOf(CALL)).toBe(usage?.inputTokens);
    expect(standIn.requests).toHaveLength(1);
  });

  it('never costs more at once than a call may spend in a minute', async () => {
    const { finder } = await start();
    const { window, modelBudget } = LIMITS.scoring;
    // Scripts other than the Latin take three bytes a letter.
    const wordy = '語'.repeat(window.characters / window.utterances);
    const news = Array.from({ length: window.utterances }, (_, index) => said(index + 100, 'protected', wordy));
    const quote = '語'.repeat(66);
    const facts = news.map(({ id }, index) => ({
      ...{ tactic: 'ask_press_or_call_back', stance: 'advised_against', finder: 'local' },
      ...{ utteranceId: id, quote, atMs: index },
    })) as ScoringWindow['known']['facts'];
    const most = finder.inputTokensOf({ known: { facts, scamType: 'government_impersonation' }, context: [], news });
    expect(most).toBeLessThanOrEqual(modelBudget.inputTokens);
  });

  it.each([
    ['error', 'server_error', true],
    ['garbage', 'unusable_answer', false],
    ['refusal', 'refusal', false],
  ] as const)('that answers with %s fails as %s', async (mode, code, retryable) => {
    const { standIn, find } = await start();
    standIn.faults.mode = mode;
    expect(await find()).toMatchObject({ ok: false, failure: { provider: 'openai', code, retryable } });
  });

  it('that is over its rate limit says for how long', async () => {
    const { standIn, find } = await start();
    standIn.faults.mode = 'rate_limit';
    expect(await find()).toMatchObject({
      failure: { code: 'rate_limit_exceeded', retryable: true, retryAfterMs: 30_000 },
    });
  });

  it('that does not know the key is left alone for a while', async () => {
    const { find } = await start({ apiKey: 'another key' });
    expect(await find()).toMatchObject({
      failure: { code: 'invalid_api_key', retryable: false, retryAfterMs: 60_000 },
    });
  });

  it('that does not answer is given up', async () => {
    const { standIn, finder, find } = await start();
    standIn.faults.mode = 'hang';
    const giveUp = new AbortController();
    const asking = find(CALL, giveUp.signal);
    giveUp.abort();
    expect(await asking).toMatchObject({
      failure: { code: 'aborted', retryable: true },
      usage: { inputTokens: finder.inputTokensOf(CALL) },
    });
  });

  it('that cannot be reached fails as a value', async () => {
    const { standIn, find } = await start();
    await standIn.stop();
    expect(await find()).toMatchObject({ failure: { code: 'connection', retryable: true } });
  });
});

describe('a compatible server', () => {
  const EVERYTHING = [
    'store',
    'response_format',
    'max_completion_tokens',
    'reasoning_effort',
    'prompt_cache_key',
    'prompt_cache_options',
  ] as const;

  it.each(EVERYTHING)('that refuses %s is left alone, and the failure says what to do', async (name) => {
    const { standIn, find } = await start();
    standIn.faults.refused = [name];
    expect(await find()).toMatchObject({
      failure: {
        code: 'parameter_refused',
        message: `the server refuses the parameter ${name}: name it in OPENAI_OMIT`,
        retryable: false,
        retryAfterMs: 60_000,
      },
    });
  });

  it.each(EVERYTHING)('that refuses %s is not sent it', async (name) => {
    const { standIn, find } = await start({ omit: [name] });
    standIn.faults.refused = [name];
    expect(await find()).toMatchObject({ ok: true });
  });

  it('that knows nothing but messages is understood, whatever it puts around its answer', async () => {
    const { standIn, find } = await start({ omit: EVERYTHING });
    standIn.faults.refused = [...EVERYTHING];
    standIn.faults.isTalkative = true;
    expect(await find()).toMatchObject({ ok: true, found: { facts: [{ tactic: 'ask_code' }] } });
    expect(Object.keys(standIn.requests[0] ?? {}).sort()).toEqual(['messages', 'model']);
    expect(standIn.requests[0]).toMatchObject({ messages: [{ role: 'system', content: INSTRUCTIONS }, {}, {}] });
  });
});
