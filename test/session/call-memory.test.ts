import { describe, expect, it } from 'vitest';
import { type Fact, STANCES } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { NO_USAGE } from '../../src/call/model-usage.ts';
import { createFactBook } from '../../src/scoring/fact-book.ts';
import type { ScoringMemory } from '../../src/scoring/scoring-memory.ts';
import { createSlidingWindow } from '../../src/scoring/window.ts';
import { type CallMemory, changesOf, parseCallMemory } from '../../src/session/call-memory.ts';

const LIMITS = { spanMs: 60_000, utterances: 3, characters: 1_000 };

describe('the copy of a call’s memory', () => {
  it('says what the call knows now, written whole or only amended since', () => {
    const window = createSlidingWindow(LIMITS);
    const book = createFactBook();
    const memory = (answeredUntil: number): CallMemory => ({
      instanceId: 'a',
      phase: 'live',
      heldSince: 1,
      firstAudioAt: 1,
      answeredUntil,
      blindMs: 0,
      language: null,
      utterances: 3,
      raised: [],
      scoring: {
        utterances: window.utterances(),
        unread: window.unread().map(({ id }) => id),
        facts: book.readings(),
        stories: [],
        priors: null,
        summary: 'a "summary"',
        spend: { usage: NO_USAGE, recent: [] },
      },
    });
    let [whole, changes]: [CallMemory, string | null] = [memory(0), null];
    const told = () => parseCallMemory({ text: JSON.stringify(whole), changes });
    const isListed = ({ utterances, facts }: ScoringMemory): boolean =>
      utterances === whole.scoring.utterances && facts === whole.scoring.facts;
    const expectTold = (answeredUntil: number, isAmended: boolean): void => {
      const now = memory(answeredUntil);
      expect(isListed(now.scoring)).toBe(isAmended);
      if (isAmended) changes = JSON.stringify(changesOf(now));
      else [whole, changes] = [now, null];
      expect(told()).toEqual(now);
    };
    expectTold(0, true);
    window.restore([{ id: utteranceIdOf(9), speaker: 'caller', text: 'before', startMs: 0, endMs: 1 }], []);
    expectTold(0, false);
    expect(told()?.scoring.utterances).toHaveLength(1);
    for (let number = 1; number <= 5; number++) {
      const utteranceId = utteranceIdOf(number);
      const said = { speaker: 'unknown', text: `“utterance” ${number}`, startMs: number, endMs: number + 1 } as const;
      window.add({ id: utteranceId, ...said });
      expectTold(number, false);
      expectTold(number + 0.5, true);
      expect(told()?.scoring.utterances.at(-1)?.id).toBe(utteranceId);
      for (const finder of ['local', 'model'] as const) {
        const stance = STANCES[number % STANCES.length] ?? 'pressed';
        const fact: Fact = { tactic: 'urgency', utteranceId, quote: 'now', stance, finder, atMs: number };
        book.add([fact]);
        expectTold(number, false);
        expect(told()?.scoring.facts).toContainEqual(fact);
      }
    }
  });
});
