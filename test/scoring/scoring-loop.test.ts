import { describe, expect, it } from 'vitest';
import { NO_TOKENS } from '../../src/call/model-usage.ts';
import { createModel, found, PORT, start } from '../support/scored-call.ts';
import { settled } from '../support/settled.ts';

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
