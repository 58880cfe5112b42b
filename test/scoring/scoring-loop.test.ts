import { describe, expect, it } from 'vitest';
import type { CallFacts } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { NO_TOKENS, NO_USAGE } from '../../src/call/model-usage.ts';
import type { Utterance } from '../../src/call/utterance.ts';
import { LIMITS } from '../../src/limits.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import type { FactFinder, FoundFacts, ScoringWindow } from '../../src/scoring/fact-finder.ts';
import { startScoring, type Verdict } from '../../src/scoring/scoring-loop.ts';
import { scoringMemorySchema } from '../../src/scoring/scoring-memory.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const NOTHING: CallFacts = { facts: [], scamType: 'none', summary: '' };
const PORT = { promptVersion: 'test', inputTokensOf: () => 500 };

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

/** A model that answers when the test says so. */
function createModel() {
  const asked: Array<{ window: ScoringWindow; answer: (found: FoundFacts) => Promise<void> }> = [];
  const finder: FactFinder = {
    ...PORT,
    find: (window) =>
      new Promise((resolve) => {
        asked.push({
          window,
          async answer(found) {
            resolve(found);
            await settled();
          },
        });
      }),
  };
  return { finder, asked };
}

function start(model: FactFinder | null) {
  const clock = createFakeClock();
  const verdicts: Verdict[] = [];
  const failures: string[] = [];
  const loop = startScoring(
    {
      clock,
      policy: DEFAULT_POLICY,
      model,
      limits: LIMITS.scoring,
      observer: {
        sliceBegins: () => undefined,
        scored: () => undefined,
        spent: () => undefined,
        modelFailed: ({ code }) => failures.push(code),
        failed: (error) => failures.push(String(error)),
      },
    },
    (verdict) => verdicts.push(verdict),
  );
  let number = 0;
  const hear = (text: string): Utterance => {
    number += 1;
    const utterance: Utterance = {
      id: utteranceIdOf(number),
      speaker: 'unknown',
      text,
      startMs: number * 1_000,
      endMs: number * 1_000 + 900,
    };
    loop.hear(utterance);
    return utterance;
  };
  return { clock, loop, verdicts, failures, hear };
}
const found = (more: Partial<CallFacts> = {}): FoundFacts => ({
  ok: true,
  found: { ...NOTHING, ...more },
  usage: { inputTokens: 100, cachedInputTokens: 1_500, outputTokens: 20 },
});

describe('the scoring of a call', () => {
  it('acts on the local facts at once', () => {
    const { hear, verdicts } = start(null);
    hear('There is a warrant out for your arrest.');
    expect(verdicts.at(-1)?.newFacts.map(({ tactic }) => tactic)).toEqual(['threat']);
    expect(verdicts.at(-1)?.analysis).toMatchObject({ finder: 'local', scamType: 'government_impersonation' });
  });

  it('outlives a finder that breaks', async () => {
    const { hear, failures, verdicts } = start({ ...PORT, find: () => Promise.reject(new Error('a bug')) });
    hear('There is a warrant out for you.');
    await settled();
    expect(failures).toEqual(['Error: a bug']);
    hear('Buy gift cards right now.');
    expect(verdicts.at(-1)?.analysis.assessment.because).toContain('ask_gift_card');
  });

  it('adds the model’s facts to the utterance that they are about, however late', async () => {
    const { finder, asked } = createModel();
    const { hear, verdicts } = start(finder);
    const first = hear('please hand over the envelope');
    hear('thank you');
    await asked[0]?.answer(
      found({
        facts: [
          {
            tactic: 'ask_cash_courier',
            utteranceId: first.id,
            quote: 'hand over the envelope',
            stance: 'pressed',
            finder: 'model',
            atMs: first.endMs,
          },
        ],
        scamType: 'family_emergency',
        summary: 'Someone asks for cash.',
      }),
    );
    const verdict = verdicts.at(-1);
    expect(verdict?.analysis).toMatchObject({
      finder: 'model',
      scamType: 'family_emergency',
      summary: 'Someone asks for cash.',
    });
    expect(verdict?.analysis.assessment.because).toEqual(['ask_cash_courier']);
    expect(verdict?.utterance).toEqual(first);
    expect(verdicts.map(({ analysis }) => analysis.promptVersion)).toEqual([null, null, 'test']);
  });

  it('judges by every story told, and names the likeliest', async () => {
    const { hear, verdicts } = start(null);
    hear('Your package from Amazon was held.');
    hear('There is a warrant out for your arrest, this is the Internal Revenue Service.');
    const before = verdicts.at(-1)?.analysis.assessment.score ?? 0;
    hear('Amazon, your order on Amazon, the package, the MacBook, your account on Amazon.');
    expect(verdicts.at(-1)?.analysis.assessment.score).toBeGreaterThanOrEqual(before);
  });

  it('judges by what is known beside the words, from when it is known', () => {
    const { loop, hear, verdicts } = start(null);
    hear('This is the Internal Revenue Service.');
    const before = verdicts.at(-1)?.analysis;
    loop.learn({ attestation: 'failed', caller: 'blocked', sensitivity: 'normal' });
    const { atMs, assessment } = verdicts.at(-1)?.analysis ?? {};
    expect(verdicts).toHaveLength(2);
    expect(assessment?.score).toBeGreaterThan(before?.assessment.score ?? 100);
    expect(atMs).toBeGreaterThan(before?.atMs ?? 0);
    expect(loop.priors).toMatchObject({ caller: 'blocked', knownAtMs: atMs });
    loop.learn({ attestation: null, caller: null, sensitivity: 'normal' });
    expect(loop.priors).toMatchObject({ caller: 'blocked', knownAtMs: atMs });
    expect(verdicts).toHaveLength(2);
  });

  it('knows from the beginning what it learns before the first word, and has nothing to say of it', () => {
    const { loop, verdicts } = start(null);
    loop.learn({ attestation: 'A', caller: null, sensitivity: 'high' });
    expect(verdicts).toEqual([]);
    expect(loop.priors).toEqual({ attestation: 'A', caller: null, sensitivity: 'high', knownAtMs: 0 });
  });

  it('goes on elsewhere with what was known there, whatever it learned here', () => {
    const there = start(null);
    there.loop.learn({ attestation: 'failed', caller: 'blocked', sensitivity: 'high' });
    there.hear('This is the Internal Revenue Service.');
    const here = start(null);
    here.loop.learn({ attestation: null, caller: null, sensitivity: 'normal' });
    here.loop.restore(there.loop.memory());
    expect(here.verdicts.at(-1)?.analysis.assessment).toEqual(there.verdicts.at(-1)?.analysis.assessment);
    expect(here.loop.memory().priors).toEqual(there.loop.memory().priors);
  });

  it('tells with each verdict that says something new what it was made of, without the words', async () => {
    const { finder, asked } = createModel();
    const { loop, hear, verdicts } = start(finder);
    loop.learn({ attestation: 'A', caller: null, sensitivity: 'high' });
    const first = hear('There is a warrant out for your arrest.');
    hear('Well.');
    const fact = { tactic: 'threat', utteranceId: first.id, stance: 'pressed', atMs: first.endMs } as const;
    await asked[0]?.answer(
      found({ facts: [{ ...fact, quote: 'a warrant', finder: 'model' }], scamType: 'government_impersonation' }),
    );
    expect(verdicts.map(({ isNews }) => isNews)).toEqual([true, false, true]);
    const bases = verdicts.map(({ analysis }) => analysis.basis);
    expect(new Set(bases.map((basis) => basis?.scoringId)).size).toBe(1);
    expect(bases.map((basis) => basis?.priors)).toEqual(bases.map(() => loop.priors));
    expect(bases).toMatchObject([
      { number: 1, stories: ['government_impersonation'], readings: [{ ...fact, finder: 'local' }] },
      { number: 1, readings: [] },
      { number: 2, stories: ['government_impersonation'], readings: [{ ...fact, finder: 'model' }] },
    ]);
    expect(JSON.stringify(bases)).not.toMatch(/warrant/);
  });

  it('has news in a story alone', async () => {
    const { finder, asked } = createModel();
    const { hear, verdicts } = start(finder);
    hear('please hand over the envelope');
    await asked[0]?.answer(found({ scamType: 'romance' }));
    expect(verdicts[1]).toMatchObject({ isNews: true, newFacts: [] });
    expect(verdicts[1]?.analysis.assessment).toEqual(verdicts[0]?.analysis.assessment);
    hear('Well.');
    expect(verdicts[2]).toMatchObject({ isNews: false, analysis: { basis: { number: 2, stories: ['romance'] } } });
  });

  it('goes on alone when the model fails', async () => {
    const { finder, asked } = createModel();
    const { hear, verdicts, failures } = start(finder);
    hear('There is a warrant out for you.');
    await asked[0]?.answer({
      ok: false,
      failure: { provider: 'openai', code: '500', message: '', retryable: true },
      usage: NO_TOKENS,
    });
    expect(failures).toEqual(['500']);
    hear('Buy gift cards right now.');
    expect(verdicts.at(-1)?.analysis.assessment.because).toContain('ask_gift_card');
  });
});

describe('the model of a call', () => {
  it.each([
    ['as soon as the local finder has found something', 'There is a warrant out for your arrest.', 0],
    ['as soon as a story is told', 'It is the IRS.', 0],
    ['within seconds about what frauds are about', 'You get me those prepaid ones, they are like money.', 6_000],
    [
      'within seconds where nobody else may understand',
      'Sie müssen jetzt genau das machen, was ich Ihnen sage.',
      8_000,
    ],
    ['within half a minute about anything else', 'We planted tulips in the garden on Sunday.', 30_000],
  ])('is asked %s', (_when, text, waitMs) => {
    const { finder, asked } = createModel();
    const { clock, hear } = start(finder);
    hear(text);
    clock.advance(waitMs - 1);
    expect(asked).toHaveLength(waitMs === 0 ? 1 : 0);
    clock.advance(1);
    expect(asked).toHaveLength(1);
  });

  it('is given what both finders found before', async () => {
    const { finder, asked } = createModel();
    const { clock, hear } = start(finder);
    const first = hear('There is a warrant out for your arrest, this is the IRS.');
    await asked[0]?.answer(
      found({
        facts: [
          {
            ...{ tactic: 'urgency', quote: 'out', stance: 'pressed', finder: 'model' },
            ...{ utteranceId: first.id, atMs: first.endMs },
          },
        ],
      }),
    );
    clock.advance(3_000);
    hear('Buy gift cards right now.');
    const { known, context, news } = asked[1]?.window ?? {};
    expect(known?.facts.map(({ tactic }) => tactic).sort()).toEqual(['authority', 'threat', 'urgency']);
    expect(known?.scamType).toBe('government_impersonation');
    expect([context, news].map((lines) => lines?.map(({ id }) => id))).toEqual([['u1'], ['u2']]);
  });

  it('keeps its sentence about the call until it has another', async () => {
    const { finder, asked } = createModel();
    const { clock, hear, verdicts } = start(finder);
    hear('There is a warrant out for your arrest.');
    await asked[0]?.answer(found({ summary: 'Somebody threatens with arrest.' }));
    clock.advance(3_000);
    hear('There is a warrant out for your arrest.');
    await asked[1]?.answer(found());
    expect(verdicts.at(-1)?.analysis).toMatchObject({ finder: 'model', summary: 'Somebody threatens with arrest.' });
  });

  it('shows what it cost', async () => {
    const { finder, asked } = createModel();
    const { loop, hear } = start(finder);
    expect(loop.usage()).toEqual(NO_USAGE);
    hear('There is a warrant out for your arrest.');
    await asked[0]?.answer(found());
    expect(loop.usage()).toEqual({ requests: 1, inputTokens: 100, cachedInputTokens: 1_500, outputTokens: 20 });
  });
});

describe('what another process left of a call', () => {
  it('is what the model goes on from: with its spend, and with what it has not read', async () => {
    const [elsewhere, here] = [createModel(), createModel()];
    const before = start(elsewhere.finder);
    before.hear('There is a warrant out for your arrest.');
    await elsewhere.asked[0]?.answer(found());
    before.hear('Well, I do not know.');
    const memory = scoringMemorySchema.parse(JSON.parse(JSON.stringify(before.loop.memory())));
    expect(memory).toEqual(before.loop.memory());
    before.loop.stop();
    const after = start(here.finder);
    after.loop.restore(memory);
    after.clock.advance(30_000);
    expect(here.asked[0]?.window.news.map(({ id }) => id)).toEqual(['u2']);
    expect(after.loop.memory().spend.recent).toHaveLength(2);
    expect(after.loop.usage()).toMatchObject({ requests: 2, cachedInputTokens: 1_500 });
    before.clock.advance(60_000);
    expect(elsewhere.asked).toHaveLength(1);
  });

  it('counts with what was heard here, whichever comes first', () => {
    const elsewhere = start(null);
    const before = [
      elsewhere.hear('This is James from the fraud department of your bank.'),
      elsewhere.hear('Somebody is stealing money from your account right now.'),
    ];
    const memory = elsewhere.loop.memory();
    const [early, late, alone] = [start(null), start(null), start(null)];
    early.loop.restore(memory);
    early.loop.hear(far(early.hear('Hello?')));
    for (const { loop, hear } of [early, late, alone]) loop.hear(far(hear('Read me the verification code.')));
    late.loop.restore(memory);
    const levelOf = ({ verdicts }: ReturnType<typeof start>) => verdicts.at(-1)?.analysis.assessment.level;
    const alarming = ['high', 'critical'];
    expect(alarming).toContain(levelOf(early));
    expect(alarming).toContain(levelOf(late));
    expect(alarming).not.toContain(levelOf(alone));
    const { utterances, facts, stories } = late.loop.memory();
    expect(utterances.slice(0, 2)).toEqual(before);
    expect(utterances.at(-1)?.text).toBe('Read me the verification code.');
    expect(facts.map(({ tactic }) => tactic)).toEqual(expect.arrayContaining(['authority', 'threat', 'ask_code']));
    expect(stories).toContain('bank_impersonation');
  });
});

/** As it is numbered by an instance that does not know how far the call had come. */
const far = (utterance: Utterance): Utterance => ({ ...utterance, id: utteranceIdOf(5_000_001) });
