import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../src/call/model-usage.ts';
import { createModel, found, start } from '../support/scored-call.ts';

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
