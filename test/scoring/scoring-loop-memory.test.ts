import { describe, expect, it } from 'vitest';
import { utteranceIdOf } from '../../src/call/ids.ts';
import type { Utterance } from '../../src/call/utterance.ts';
import { scoringMemorySchema } from '../../src/scoring/scoring-memory.ts';
import { createModel, found, start } from '../support/scored-call.ts';

describe('what another process left of a call', () => {
  it('is what the model goes on from: with its spend, and with what it has not read', async () => {
    const [elsewhere, here] = [createModel(), createModel()];
    const before = start(elsewhere.finder);
    before.hear('There is a warrant out for your arrest.');
    await elsewhere.asked[0]?.answer(found());
    before.hear('Well, I do not know.');
    const memory = scoringMemorySchema.parse(JSON.parse(JSON.stringify(before.loop.memory())));
    expect(memory).toEqual(before.loop.memory());
    before.loop.stop();
    const after = start(here.finder);
    after.loop.restore(memory);
    after.clock.advance(30_000);
    expect(here.asked[0]?.window.news.map(({ id }) => id)).toEqual(['u2']);
    expect(after.loop.memory().spend.recent).toHaveLength(2);
    expect(after.loop.usage()).toMatchObject({ requests: 2, cachedInputTokens: 1_500 });
    before.clock.advance(60_000);
    expect(elsewhere.asked).toHaveLength(1);
  });

  it('counts with what was heard here, whichever comes first', () => {
    const elsewhere = start(null);
    const before = [
      elsewhere.hear('This is James from the fraud department of your bank.'),
      elsewhere.hear('Somebody is stealing money from your account right now.'),
    ];
    const memory = elsewhere.loop.memory();
    const [early, late, alone] = [start(null), start(null), start(null)];
    early.loop.restore(memory);
    early.loop.hear(far(early.hear('Hello?')));
    for (const { loop, hear } of [early, late, alone]) loop.hear(far(hear('Read me the verification code.')));
    late.loop.restore(memory);
    const levelOf = ({ verdicts }: ReturnType<typeof start>) => verdicts.at(-1)?.analysis.assessment.level;
    const alarming = ['high', 'critical'];
    expect(alarming).toContain(levelOf(early));
    expect(alarming).toContain(levelOf(late));
    expect(alarming).not.toContain(levelOf(alone));
    const { utterances, facts, stories } = late.loop.memory();
    expect(utterances.slice(0, 2)).toEqual(before);
    expect(utterances.at(-1)?.text).toBe('Read me the verification code.');
    expect(facts.map(({ tactic }) => tactic)).toEqual(expect.arrayContaining(['authority', 'threat', 'ask_code']));
    expect(stories).toContain('bank_impersonation');
  });
});

/** As it is numbered by an instance that does not know how far the call had come. */
const far = (utterance: Utterance): Utterance => ({ ...utterance, id: utteranceIdOf(5_000_001) });
