import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/limits.ts';
import { PROMPT_VERSION } from '../../src/scoring/openai/prompt.ts';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createMovingCall } from '../support/moving-call.ts';
import { startTestRedis } from '../support/redis.ts';
import { completed, startService, type TestService } from '../support/service.ts';

/** The calls here last seconds, where real ones last minutes. */
const atOnce = (limits: Limits): Limits => ({
  ...limits,
  scoring: { ...limits.scoring, reading: { ...limits.scoring.reading, gapMs: 0 } },
});

const requestsTo = ({ standIns }: TestService) =>
  standIns.openai.requests as ReadonlyArray<{ messages: ReadonlyArray<{ content: string }> }>;

describe('a call that the language model reads', () => {
  it('shows what that cost, as the provider counts it, and which instructions led to what was found', async () => {
    const service = await startService({ limits: atOnce, environment: { OPENAI_OMIT: 'nothing' } });
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    const { model, analyses } = await completed(service, call.callSid);
    expect(model.requests).toBe(requestsTo(service).length);
    expect(model.requests).toBeGreaterThan(1);
    expect(model.outputTokens).toBe(60 * model.requests);
    // The instructions are new to the cache once.
    expect(model.cachedInputTokens).toBeGreaterThanOrEqual(1_024 * (model.requests - 1));
    expect(model.inputTokens).toBeGreaterThan(1_024);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    for (const [kind, tokens] of [
      ['input', model.inputTokens],
      ['cached_input', model.cachedInputTokens],
      ['output', model.outputTokens],
    ]) {
      expect(metrics).toContain(`ethiq_llm_tokens_total{kind="${kind}"} ${tokens}\n`);
    }
    const versions = analyses.map(({ finder, promptVersion }) => [finder, promptVersion].join());
    expect(new Set(versions)).toEqual(new Set(['local,', `model,${PROMPT_VERSION}`]));
  });

  it('is read piece by piece, each utterance once as a new one', async () => {
    const limits = (all: Limits): Limits => {
      const { scoring, ...rest } = atOnce(all);
      return { ...rest, scoring: { ...scoring, modelBudget: { requests: 100, inputTokens: 1_000_000 } } };
    };
    const service = await startService({ limits });
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    const { transcript } = await completed(service, call.callSid);
    const news = requestsTo(service).flatMap(({ messages }) => {
      const from = /New lines begin at (u\d+)\./.exec(messages[1]?.content ?? '')?.[1];
      const ids = messages[2]?.content.match(/^\[u\d+\]/gm)?.map((id) => id.slice(1, -1)) ?? [];
      return ids.slice(ids.indexOf(from ?? ''));
    });
    expect(news).toEqual(transcript.map(({ id }) => id));
  });

  it('has one budget, on whichever instances', async () => {
    const databaseUrl = await createTestDatabase();
    const environment = { REDIS_URL: await startTestRedis() };
    const limits = (all: Limits): Limits => {
      const { scoring, ...rest } = atOnce(all);
      return { ...rest, scoring: { ...scoring, modelBudget: { ...scoring.modelBudget, requests: 2 } } };
    };
    const drains = { ...environment, DRAIN_TIMEOUT_S: '0' };
    const a = await startService({ databaseUrl, limits, environment: drains });
    const b = await startService({ databaseUrl, limits, environment, standIns: a.standIns });
    const { lineNumber } = await a.household();
    const { call, moveTo } = createMovingCall(a, lineNumber);
    await call.dial();
    await call.connect();
    await call.say(BANK_IMPERSONATION.lines.slice(0, 2));
    await eventually(() => requestsTo(a).length > 0);
    moveTo(b);
    await a.app.drain();
    await eventually(() => call.resumes === 1);
    await call.say(BANK_IMPERSONATION.lines.slice(2));
    await call.hangUp();
    const { model, risk } = await completed(b, call.callSid);
    expect(risk).toBe('critical');
    expect(requestsTo(a)).toHaveLength(2);
    expect(model.requests).toBe(2);
  });
});
