import { describe, expect, it } from 'vitest';
import type { CallFacts } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import type { Utterance } from '../../src/call/utterance.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import type { FactFinder, FoundFacts, ScoringWindow } from '../../src/scoring/fact-finder.ts';
import { startScoring, type Verdict } from '../../src/scoring/scoring-loop.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const LIMITS = {
  window: { spanMs: 180_000, utterances: 60, characters: 6_000 },
  modelDeadlineMs: 4_000,
  modelGapMs: 3_000,
  callBudget: { tokensPerMinute: 600, burstTokens: 250 },
};
const NOTHING: CallFacts = { facts: [], scamType: 'none', summary: '' };

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

/** A model that answers when the test says so. */
function createModel() {
  const asked: Array<{ window: ScoringWindow; signal: AbortSignal; answer: (found: FoundFacts) => Promise<void> }> = [];
  const finder: FactFinder = {
    find: (window, { signal }) =>
      new Promise((resolve) => {
        asked.push({
          window,
          signal,
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
      limits: LIMITS,
      observer: {
        scored: () => undefined,
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
const found = (more: Partial<CallFacts> = {}, tokens = 100): FoundFacts => ({
  ok: true,
  found: { ...NOTHING, ...more },
  tokens,
});

describe('the scoring of a call', () => {
  it('acts on the local facts at once', () => {
    const { hear, verdicts } = start(null);
    hear('There is a warrant out for your arrest.');
    expect(verdicts.at(-1)?.newFacts.map(({ tactic }) => tactic)).toEqual(['threat']);
    expect(verdicts.at(-1)?.analysis).toMatchObject({ finder: 'local', scamType: 'government_impersonation' });
  });

  it('asks the model one window at a time, and then about the newest', async () => {
    const { finder, asked } = createModel();
    const { hear, clock } = start(finder);
    hear('one');
    hear('two');
    hear('three');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.window.utterances.map(({ text }) => text)).toEqual(['one']);
    clock.advance(3_500);
    await asked[0]?.answer(found());
    expect(asked).toHaveLength(2);
    expect(asked[1]?.window.utterances.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });

  it('leaves a gap between two requests', async () => {
    const { finder, asked } = createModel();
    const { hear, clock } = start(finder);
    hear('one');
    await asked[0]?.answer(found());
    hear('two');
    expect(asked).toHaveLength(1);
    clock.advance(3_000);
    expect(asked).toHaveLength(2);
  });

  it('does not ask again when nothing was said', async () => {
    const { finder, asked } = createModel();
    const { hear, clock } = start(finder);
    hear('one');
    await asked[0]?.answer(found());
    clock.advance(60_000);
    expect(asked).toHaveLength(1);
  });

  it('gives up an answer that takes too long, and asks about what was said meanwhile', async () => {
    const { finder, asked } = createModel();
    const { hear, clock, failures } = start(finder);
    hear('one');
    hear('two');
    clock.advance(3_999);
    expect(asked[0]?.signal.aborted).toBe(false);
    clock.advance(1);
    await settled();
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(failures).toEqual(['late']);
    expect(asked[1]?.window.utterances).toHaveLength(2);
  });

  it('outlives a finder that breaks', async () => {
    const { hear, failures, verdicts } = start({ find: () => Promise.reject(new Error('a bug')) });
    hear('one');
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

  it('goes on alone when the model fails', async () => {
    const { finder, asked } = createModel();
    const { hear, verdicts, failures } = start(finder);
    hear('one');
    await asked[0]?.answer({
      ok: false,
      failure: { provider: 'openai', code: '500', message: '', retryable: true },
      tokens: 0,
    });
    expect(failures).toEqual(['500']);
    hear('Buy gift cards right now.');
    expect(verdicts.at(-1)?.analysis.assessment.because).toContain('ask_gift_card');
  });

  it('asks no more than the call’s tokens allow, and again as time brings more', async () => {
    const { finder, asked } = createModel();
    const { hear, clock } = start(finder);
    for (let i = 0; i < 20; i++) {
      hear('more');
      await settled();
      await asked.at(-1)?.answer(found());
      clock.advance(3_000);
    }
    // 250 at once, and 600 a minute for a minute, at 100 an answer.
    expect(asked.length).toBeGreaterThanOrEqual(8);
    expect(asked.length).toBeLessThanOrEqual(9);
  });

  it('lets the model read the last words too', async () => {
    const { finder, asked } = createModel();
    const { hear, loop, verdicts } = start(finder);
    hear('one');
    await asked[0]?.answer(found());
    hear('two');
    const over = loop.finish();
    await settled();
    expect(asked[1]?.window.utterances).toHaveLength(2);
    await asked[1]?.answer(found({ summary: 'all of it' }));
    await over;
    expect(verdicts.at(-1)?.analysis.summary).toBe('all of it');
  });

  it('ends with the answer that is under way, and asks nothing after', async () => {
    const { finder, asked } = createModel();
    const { hear, loop, clock, verdicts } = start(finder);
    hear('one');
    let isOver = false;
    const over = loop.finish().then(() => {
      isOver = true;
    });
    await asked[0]?.answer(found({ summary: 'late' }));
    await over;
    expect(isOver).toBe(true);
    expect(verdicts.at(-1)?.analysis.summary).toBe('late');
    clock.advance(60_000);
    expect(asked).toHaveLength(1);
  });
});

describe('what another process left of a call', () => {
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
    expect(levelOf(early)).toBe('critical');
    expect(levelOf(late)).toBe('critical');
    expect(levelOf(alone)).not.toBe('critical');
    const { utterances, facts, stories } = late.loop.memory();
    expect(utterances.slice(0, 2)).toEqual(before);
    expect(utterances.at(-1)?.text).toBe('Read me the verification code.');
    expect(facts.map(({ tactic }) => tactic)).toEqual(expect.arrayContaining(['authority', 'threat', 'ask_code']));
    expect(stories).toContain('bank_impersonation');
  });
});

/** As it is numbered by an instance that does not know how far the call had come. */
const far = (utterance: Utterance): Utterance => ({ ...utterance, id: utteranceIdOf(5_000_001) });
