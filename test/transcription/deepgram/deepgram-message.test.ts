import { describe, expect, it } from 'vitest';
import { parseDeepgramMessage } from '../../../src/transcription/deepgram/deepgram-message.ts';

const results = (transcript: string) => ({
  type: 'Results',
  channel_index: [0, 1],
  start: 1,
  duration: 2,
  is_final: true,
  speech_final: false,
  channel: { alternatives: [{ transcript, confidence: 1, words: [] }] },
  metadata: {},
});

describe('a message of Deepgram', () => {
  it('is read as far as it is needed', () => {
    expect(parseDeepgramMessage(results('hello'))).toMatchObject({
      type: 'Results',
      start: 1,
      duration: 2,
      is_final: true,
    });
    expect(parseDeepgramMessage({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: 2 })).toEqual({
      type: 'UtteranceEnd',
    });
  });

  it.each([['text'], [null], [{}], [{ type: 'Results' }], [{ type: 'New' }], [{ ...results('x'), start: 'soon' }]])(
    'that is no such thing is null: %j',
    (message) => {
      expect(parseDeepgramMessage(message)).toBeNull();
    },
  );
});
