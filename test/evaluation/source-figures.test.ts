import { describe, expect, it } from 'vitest';
import type { Sensitivity } from '../../src/call/priors.ts';
import { joined } from '../../src/evaluation/chained-calls.ts';
import { AS_WRITTEN, DISTURBANCES } from '../../src/evaluation/disturbance.ts';
import type { LabelledCall } from '../../src/evaluation/labelled-call.ts';
import { playCall } from '../../src/evaluation/played-call.ts';
import { measure } from '../../src/evaluation/report.ts';
import { drawReport } from '../../src/evaluation/report-html.ts';
import { tellReport } from '../../src/evaluation/report-text.ts';
import { measureSource } from '../../src/evaluation/source-figures.ts';
import { LIMITS } from '../../src/limits.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';

const SCAM: LabelledCall = {
  id: 'scam',
  source: 'a source',
  isScam: true,
  kind: 'gift cards',
  isNearDomain: false,
  cluster: 'a campaign',
  pair: 'twins',
  isForTraining: true,
  scamType: 'government_impersonation',
  askTurn: 2,
  language: 'en',
  turns: [
    {
      speaker: 'caller',
      text: 'This is officer Cole with the Internal Revenue Service. There is a warrant for your arrest.',
      tactics: ['authority', 'threat'],
    },
    { speaker: 'protected', text: 'Oh no.', tactics: [] },
    {
      speaker: 'caller',
      text: 'Buy Target gift cards right now and read me the numbers.',
      tactics: ['ask_gift_card', 'urgency'],
    },
    { speaker: 'protected', text: 'I see.', tactics: [] },
  ],
};
const LEGIT: LabelledCall = {
  ...SCAM,
  id: 'legit',
  isScam: false,
  isNearDomain: true,
  cluster: 'legit',
  askTurn: null,
  turns: [{ speaker: 'caller', text: 'Your appointment is on Thursday at ten thirty.', tactics: null }],
};
const play = (call: LabelledCall) => playCall(call, DEFAULT_POLICY, LIMITS.scoring);

describe('the measurement', () => {
  it('plays calls at speaking pace through the scoring itself', () => {
    const { spoken, verdicts, alertAtMs } = play(SCAM);
    expect(verdicts.map(({ utterance }) => utterance)).toEqual(spoken.utterances);
    expect(spoken.utterances[0]).toMatchObject({
      text: 'This is officer Cole with the Internal Revenue Service.',
      endMs: 9 * 380,
    });
    expect(alertAtMs).not.toBeNull();
  });

  it('counts what was found, when, and what was alarmed for nothing', () => {
    const played = [play(SCAM), play({ ...SCAM, id: 'copy' }), play(LEGIT)];
    const figures = measureSource('a source', AS_WRITTEN, played, [
      play(joined([LEGIT, LEGIT])),
      play(joined([LEGIT, SCAM])),
    ]);
    expect(figures).toMatchObject({
      alerted: { count: 2, of: 2 },
      alertedEarly: { count: 2, of: 2 },
      campaignsEarly: { count: 1, of: 1 },
      byAsk: { count: 2, of: 2 },
      falseAlarms: { count: 0, of: 1 },
      nearDomainFalseAlarms: { count: 0, of: 1 },
      chainedFalseAlarms: { count: 1, of: 2 },
      pairsInOrder: { count: 2, of: 2 },
      typeF1: 1,
      tacticF1: 1,
    });
  });

  it('gives the same report at every run, with every disturbance', () => {
    const run = () => measure([SCAM, LEGIT], DEFAULT_POLICY, LIMITS.scoring);
    expect(run()).toEqual(run());
    expect(run().figures.map(({ disturbance }) => disturbance)).toEqual(Object.keys(DISTURBANCES));
    expect(tellReport(run())).toBe(tellReport(run()));
    expect(drawReport(run())).toBe(drawReport(run()));
  });

  it('draws a page that needs no other, and holds nothing that was said', () => {
    const page = drawReport(measure([SCAM, LEGIT], DEFAULT_POLICY, LIMITS.scoring));
    expect(page).toContain('<td>a source</td><td>as written</td>');
    expect(page).not.toMatch(/src=|href=/);
    expect(page).not.toMatch(/Cole|Thursday|gift cards|a campaign/);
  });

  it('plays legitimate calls once more, in chains of five minutes, each as one call', () => {
    const words = Array.from({ length: 400 }, (_, at) => `word${at}`).join(' ');
    const long = (id: string): LabelledCall => ({
      ...LEGIT,
      id,
      turns: [{ speaker: 'caller', text: words, tactics: null }],
    });
    const { figures } = measure(['a', 'b', 'c', 'd', 'e'].map(long), DEFAULT_POLICY, LIMITS.scoring);
    expect(figures.map(({ chainedFalseAlarms }) => chainedFalseAlarms)).toEqual(
      Object.keys(DISTURBANCES).map(() => ({ count: 0, of: 2 })),
    );
  });

  it('is for users of one sensitivity, and says of which', () => {
    const reportOf = (sensitivity: Sensitivity) => measure([SCAM], DEFAULT_POLICY, LIMITS.scoring, sensitivity);
    const firstScore = (sensitivity: Sensitivity) =>
      playCall(SCAM, DEFAULT_POLICY, LIMITS.scoring, sensitivity).verdicts[0]?.analysis.assessment.score;
    expect(tellReport(reportOf('high'))).toContain('sensitivity high');
    expect(firstScore('high')).toBeGreaterThan(firstScore('low') ?? 100);
  });
});

describe('a disturbance', () => {
  const disturb = (name: string, text: string): string =>
    DISTURBANCES[name]?.({ ...SCAM, turns: [{ speaker: 'caller', text, tactics: null }] }, ['other'])?.turns[0]?.text ??
    '';

  it('takes punctuation and capitals away', () => {
    expect(disturb('bare', "Don't, Mr. Cole: $5!")).toBe("don't mr cole $5");
  });

  it('makes about the share of words wrong that it names', () => {
    const words = Array.from({ length: 2_000 }, (_, at) => `word${at}`);
    const heard = new Set(disturb('20 % wrong words', words.join(' ')).split(' '));
    const lost = words.filter((word) => !heard.has(word)).length / words.length;
    // One error in five is a word too many, which loses none.
    expect(lost).toBeGreaterThan(0.12);
    expect(lost).toBeLessThan(0.2);
  });
});
