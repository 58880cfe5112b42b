import { describe, expect, it } from 'vitest';
import { BUDGET, found, start } from '../support/model-reading.ts';
import { settled } from '../support/settled.ts';

describe('the model', () => {
  it('reads the last words too, as far as the budget goes', async () => {
    const { clock, asked, reader, hear, newsOf } = start({ ...BUDGET, requests: 2 });
    hear('cue');
    await asked[0]?.answer(found());
    hear('small_talk');
    const over = reader.finish();
    await settled();
    expect(newsOf(1)).toEqual(['u2']);
    await asked[1]?.answer(found());
    await over;
    hear('cue');
    clock.advance(5_000);
    expect(asked).toHaveLength(2);
    const spent = start({ ...BUDGET, requests: 1 });
    spent.hear('cue');
    await spent.asked[0]?.answer(found());
    spent.hear('cue');
    await spent.reader.finish();
    expect(spent.asked).toHaveLength(1);
  });

  it('ends with the answer that is under way', async () => {
    const { clock, asked, told, reader, hear } = start();
    hear('cue');
    const over = reader.finish();
    await asked[0]?.answer(found({ summary: 'late' }));
    await over;
    expect(told).toMatchObject([{ found: { summary: 'late' } }]);
    clock.advance(60_000);
    expect(asked).toHaveLength(1);
  });

  it('is asked nothing more about a call that has left', () => {
    const { clock, asked, reader, hear } = start();
    hear('small_talk');
    reader.stop();
    hear('cue');
    clock.advance(60_000);
    expect(asked).toHaveLength(0);
  });
});
