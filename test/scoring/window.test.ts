import { describe, expect, it } from 'vitest';
import { utteranceIdOf, utteranceNumberOf } from '../../src/call/ids.ts';
import type { Utterance } from '../../src/call/utterance.ts';
import { createSlidingWindow, type WindowLimits } from '../../src/scoring/window.ts';

const LIMITS: WindowLimits = { spanMs: 10_000, utterances: 3, characters: 20 };
const said = (number: number): Utterance => ({
  id: utteranceIdOf(number),
  speaker: 'unknown',
  text: `words ${number}`,
  startMs: number * 1_000,
  endMs: number * 1_000 + 900,
});
const play = (texts: string[], limits: Partial<WindowLimits> = {}, everyMs = 100) => {
  const window = createSlidingWindow({ ...LIMITS, ...limits });
  for (const [index, text] of texts.entries()) {
    const startMs = index * everyMs;
    window.add({ id: utteranceIdOf(index + 1), speaker: 'unknown', text, startMs, endMs: startMs + 50 });
  }
  return window.utterances().map(({ text }) => text);
};

describe('a sliding window', () => {
  it('holds the latest utterances, oldest first', () => {
    expect(play(['a', 'b'])).toEqual(['a', 'b']);
    expect(play(['a', 'b', 'c', 'd'])).toEqual(['b', 'c', 'd']);
  });

  it('reaches back only so far', () => {
    expect(play(['a', 'b', 'c'], {}, 6_000)).toEqual(['b', 'c']);
  });

  it('grows only so long, and keeps the newest whatever its length', () => {
    expect(play(['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc'])).toEqual(['bbbbbbbbbb', 'cccccccccc']);
    expect(play(['a', 'b'.repeat(50)])).toEqual(['b'.repeat(50)]);
  });

  it('that was given away does not change', () => {
    const window = createSlidingWindow(LIMITS);
    const before = window.utterances();
    window.add(said(1));
    expect(before).toEqual([]);
  });
});

describe('what the model has not read', () => {
  const WIDE: WindowLimits = { spanMs: 60_000, utterances: 9, characters: 1_000 };
  const numbers = (utterances: readonly Utterance[]) => utterances.map(({ id }) => utteranceNumberOf(id));

  it('stands behind a little of what it has', () => {
    const window = createSlidingWindow(WIDE);
    for (const number of [1, 2, 3, 4]) window.add(said(number));
    expect(numbers(window.unread())).toEqual([1, 2, 3, 4]);
    expect(window.context(2)).toEqual([]);
    window.markRead(window.unread());
    window.add(said(5));
    expect(numbers(window.context(2))).toEqual([3, 4]);
    expect(numbers(window.unread())).toEqual([5]);
  });

  it('goes before what was heard here, when it comes from another process', () => {
    const window = createSlidingWindow(WIDE);
    window.add(said(4));
    window.restore([said(1), said(2), said(3)], [utteranceIdOf(3)]);
    expect(numbers(window.context(2))).toEqual([1, 2]);
    expect(numbers(window.unread())).toEqual([3, 4]);
  });

  it('is within the limits too', () => {
    const window = createSlidingWindow({ ...WIDE, utterances: 2 });
    window.add(said(4));
    window.restore([said(1), said(2), said(3)], [utteranceIdOf(2), utteranceIdOf(3)]);
    expect(numbers(window.unread())).toEqual([3, 4]);
  });
});
