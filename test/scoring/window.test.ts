import { describe, expect, it } from 'vitest';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { createSlidingWindow, type WindowLimits } from '../../src/scoring/window.ts';

const LIMITS: WindowLimits = { spanMs: 10_000, utterances: 3, characters: 20 };
const play = (texts: string[], limits: Partial<WindowLimits> = {}, everyMs = 100) => {
  const window = createSlidingWindow({ ...LIMITS, ...limits });
  for (const [index, text] of texts.entries()) {
    const startMs = index * everyMs;
    window.add({ id: utteranceIdOf(index + 1), speaker: 'unknown', text, startMs, endMs: startMs + 50 });
  }
  return window.current().utterances.map(({ text }) => text);
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
    const before = window.current();
    window.add({ id: utteranceIdOf(1), speaker: 'unknown', text: 'a', startMs: 0, endMs: 1 });
    expect(before.utterances).toEqual([]);
  });
});
