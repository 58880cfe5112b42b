import { describe, expect, it } from 'vitest';
import { utteranceIdOf } from '../../../src/call/ids.ts';
import type { ScoringWindow } from '../../../src/scoring/fact-finder.ts';
import { parseCallFacts } from '../../../src/scoring/openai/call-facts-message.ts';

const WINDOW: ScoringWindow = {
  known: { facts: [], scamType: 'none' },
  context: [{ id: utteranceIdOf(1), speaker: 'caller', text: 'I am calling from your bank.', startMs: 0, endMs: 400 }],
  news: [{ id: utteranceIdOf(2), speaker: 'caller', text: 'Read me the code.', startMs: 500, endMs: 900 }],
};
const fact = { tactic: 'ask_code', utterance_id: 'u2', quote: 'read me the code', stance: 'pressed' };
const parse = (answer: unknown) => parseCallFacts(typeof answer === 'string' ? answer : JSON.stringify(answer), WINDOW);

describe('an answer of the model', () => {
  it('becomes facts, quoted in the words that were said', () => {
    expect(parse({ facts: [fact], scam_type: 'bank_impersonation', summary: 'A code is asked for.' })).toEqual({
      facts: [
        {
          tactic: 'ask_code',
          utteranceId: 'u2',
          quote: 'Read me the code',
          stance: 'pressed',
          finder: 'model',
          atMs: 900,
        },
      ],
      scamType: 'bank_impersonation',
      summary: 'A code is asked for.',
    });
  });

  it('may still name a fact of the lines before', () => {
    const before = { tactic: 'authority', utterance_id: 'u1', quote: 'calling from your bank', stance: 'pressed' };
    expect(parse({ facts: [before], scam_type: 'none', summary: '' })?.facts).toMatchObject([
      { utteranceId: 'u1', atMs: 400 },
    ]);
  });

  it.each([
    ['a quote of another line', { ...fact, quote: 'calling from your bank' }],
    ['a quote that was not said', { ...fact, quote: 'tell me the PIN' }],
    ['an utterance that is not in the window', { ...fact, utterance_id: 'u7' }],
    ['a tactic that nobody knows', { ...fact, tactic: 'mind_control' }],
    ['a fact that is none', 'ask_code'],
  ])('loses %s, and keeps the rest', (_what, broken) => {
    expect(parse({ facts: [broken, fact], scam_type: 'other', summary: '' })?.facts).toHaveLength(1);
  });

  it('may carry a verdict, which nobody reads', () => {
    expect(parse({ facts: [], scam_type: 'none', summary: 'safe', verdict: 'safe', risk: 'low' })).toEqual({
      facts: [],
      scamType: 'none',
      summary: 'safe',
    });
  });

  it.each([
    ['fences', (answer: string) => `\`\`\`json\n${answer}\n\`\`\``],
    ['thoughts', (answer: string) => `<think>A code {six digits}?</think>\n${answer}`],
  ])('may stand in %s', (_what, wrap) => {
    expect(parse(wrap(JSON.stringify({ facts: [fact], scam_type: 'other', summary: '' })))?.facts).toHaveLength(1);
  });

  it.each(['', '{"facts": [', 'null', '[]', '{"facts": "none"}', '42'])('that is none is null: %s', (text) => {
    expect(parse(text)).toBeNull();
  });
});
