import { describe, expect, it } from 'vitest';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { BUDGET, failed, found, REQUEST_TOKENS, start } from '../support/model-reading.ts';
import { settled } from '../support/settled.ts';

const leftAlone = failed(true, null);

describe('the model', () => {
  it.each([
    ['cue', 0],
    ['topic', 6_000],
    ['foreign', 8_000],
    ['small_talk', 20_000],
  ] as const)('reads what is a %s %i ms later, with all that was said meanwhile', (interest, waitMs) => {
    const { clock, asked, hear, newsOf } = start();
    hear(interest);
    if (waitMs > 0) {
      clock.advance(waitMs - 1);
      hear('small_talk');
      expect(asked).toHaveLength(0);
      clock.advance(1);
    }
    expect(asked).toHaveLength(1);
    expect(newsOf(0)).toHaveLength(waitMs > 0 ? 2 : 1);
  });

  it('reads at once what waited for longer, when something more urgent is said', () => {
    const { clock, hear, newsOf } = start();
    hear('small_talk');
    clock.advance(1_000);
    hear('cue');
    expect(newsOf(0)).toEqual(['u1', 'u2']);
  });

  it('reads what is new, after a little of what it has read', async () => {
    const { clock, asked, hear, newsOf } = start();
    hear('small_talk');
    hear('small_talk');
    hear('cue');
    await asked[0]?.answer(found());
    clock.advance(10_000);
    hear('cue');
    expect(newsOf(1)).toEqual(['u4']);
    expect(asked[1]?.window.context.map(({ id }) => id)).toEqual(['u2', 'u3']);
  });

  it('is told what is known, but for the new utterances, of which it makes up its own mind', () => {
    const { facts, asked, hear } = start();
    const fact = { tactic: 'threat', quote: 'so', stance: 'pressed', finder: 'local', atMs: 0 } as const;
    facts.push({ ...fact, utteranceId: utteranceIdOf(1) }, { ...fact, utteranceId: utteranceIdOf(9) });
    hear('cue');
    expect(asked[0]?.window.known.facts.map(({ utteranceId }) => utteranceId)).toEqual(['u9']);
  });

  it('reads one piece at a time; what is said meanwhile is the next', async () => {
    const { clock, asked, told, hear, newsOf } = start();
    hear('cue');
    hear('cue');
    clock.advance(3_500);
    expect(asked).toHaveLength(1);
    await asked[0]?.answer(found());
    expect(told).toMatchObject([{ newest: 'u1' }]);
    expect(newsOf(1)).toEqual(['u2']);
  });

  it('does not read again when nothing was said', async () => {
    const { clock, asked, hear } = start();
    hear('cue');
    await asked[0]?.answer(found());
    clock.advance(120_000);
    expect(asked).toHaveLength(1);
  });

  it('is asked at growing intervals, and never more often in a minute than the budget allows', async () => {
    const { clock, asked, hear } = start();
    for (let second = 0; second < 300; second++) {
      hear('cue');
      await asked.at(-1)?.answer(found());
      clock.advance(1_000);
    }
    const times = asked.map(({ atMs }) => atMs);
    expect(times.slice(0, 6)).toEqual([0, 3_000, 9_000, 18_000, 30_000, 45_000]);
    for (const time of times) {
      expect(times.filter((other) => other >= time && other < time + 60_000).length).toBeLessThanOrEqual(6);
    }
    expect(times.length).toBeGreaterThan(20);
  });

  it('is asked less often where nothing is cached, and a call costs no more than its minute has', async () => {
    const { clock, asked, hear } = start({ ...BUDGET, inputTokens: 3 * REQUEST_TOKENS });
    for (let second = 0; second < 300; second++) {
      hear('cue');
      await asked.at(-1)?.answer(found());
      clock.advance(1_000);
    }
    const times = asked.map(({ atMs }) => atMs);
    for (const time of times) {
      expect(times.filter((other) => other >= time && other < time + 60_000).length).toBeLessThanOrEqual(3);
    }
    expect(times.length).toBeGreaterThanOrEqual(14);
  });

  it('is given up when it takes too long, and reads the same again with what came after', async () => {
    const { clock, asked, failures, hear, newsOf } = start();
    hear('cue');
    hear('small_talk');
    clock.advance(3_999);
    expect(asked[0]?.signal.aborted).toBe(false);
    clock.advance(1);
    await settled();
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(failures).toEqual(['late']);
    expect(newsOf(1)).toEqual(['u1', 'u2']);
  });

  it('reads the same again after a failure of the provider’s, no sooner than after any request', async () => {
    const { clock, asked, hear, newsOf } = start();
    hear('cue');
    await asked[0]?.answer(failed(true));
    clock.advance(2_999);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect(newsOf(1)).toEqual(['u1']);
  });

  it('does not read again what it refused', async () => {
    const { clock, asked, hear, newsOf } = start();
    hear('cue');
    await asked[0]?.answer(failed(false));
    clock.advance(60_000);
    expect(asked).toHaveLength(1);
    hear('cue');
    expect(newsOf(1)).toEqual(['u2']);
  });

  it('that is left alone is not counted as asked, and looked after again', async () => {
    const { clock, asked, spend, hear } = start();
    hear('cue');
    for (let time = 0; time < 20; time++) {
      await asked.at(-1)?.answer(leftAlone);
      clock.advance(3_000);
    }
    expect(asked).toHaveLength(21);
    expect(spend.usage.requests).toBe(1); // the one that is under way
  });
});
