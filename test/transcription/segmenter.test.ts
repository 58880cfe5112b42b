import { describe, expect, it } from 'vitest';
import { createSegmenter, type RecognisedWord } from '../../src/transcription/segmenter.ts';

const said = (text: string, startMs: number, wordMs = 100): RecognisedWord[] =>
  text.split(' ').map((word, i) => ({ text: word, startMs: startMs + i * wordMs, endMs: startMs + (i + 1) * wordMs }));
const final = (text: string, startMs: number) => ({ isFinal: true, text, words: said(text, startMs) });

describe('a segmenter', () => {
  it('makes a segment of every final result, as the recogniser wrote it', () => {
    const segmenter = createSegmenter();
    const result = { ...final('read me the code', 500), text: 'Read me the code.' };
    expect(segmenter.accept(result)).toEqual({
      isFinal: true,
      speaker: 'unknown',
      text: 'Read me the code.',
      startMs: 500,
      endMs: 900,
    });
  });

  it('drops the words that a replay lets the recogniser hear again', () => {
    const segmenter = createSegmenter();
    segmenter.accept(final('read me the', 0));
    expect(segmenter.accept(final('the code now', 205))?.text).toBe('code now');
  });

  it('keeps a word that is said twice', () => {
    const segmenter = createSegmenter();
    segmenter.accept(final('no', 0));
    expect(segmenter.accept(final('no', 150))?.text).toBe('no');
  });

  it('drops the words that another recogniser has told', () => {
    const segmenter = createSegmenter((callMs) => callMs >= 100 && callMs < 300);
    expect(segmenter.accept(final('read me the code', 0))?.text).toBe('read code');
  });

  it('loses the control characters and the halves of characters that a database would refuse', () => {
    const unclean = final('a\u0000b \ud83dc \ud83d\ude00', 0);
    expect(createSegmenter().accept(unclean)?.text).toBe('a b  c \u{1f600}');
    expect(createSegmenter((callMs) => callMs < 100).accept(unclean)?.text).toBe(' c \u{1f600}');
  });

  it('says nothing when a result adds no word', () => {
    const segmenter = createSegmenter();
    segmenter.accept(final('hello there', 0));
    expect(segmenter.accept(final('there', 90))).toBeNull();
    expect(segmenter.accept({ isFinal: true, text: '', words: [] })).toBeNull();
  });

  it('lets an interim result change nothing', () => {
    const segmenter = createSegmenter();
    expect(segmenter.accept({ ...final('hello', 0), isFinal: false })?.isFinal).toBe(false);
    expect(segmenter.accept(final('hello there', 0))?.text).toBe('hello there');
  });
});
