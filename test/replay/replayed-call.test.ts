import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/call/analysis.ts';
import { verdictBasisSchema } from '../../src/call/analysis-message.ts';
import { type Fact, SCAM_TYPES, STANCES, TACTICS } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { NO_TOKENS } from '../../src/call/model-usage.ts';
import { ATTESTATIONS, CALLER_TRUSTS, SENSITIVITIES } from '../../src/call/priors.ts';
import type { Utterance } from '../../src/call/utterance.ts';
import { LIMITS } from '../../src/limits.ts';
import { isSame, recollect, replayCall } from '../../src/replay/replayed-call.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import type { FactFinder, FoundFacts } from '../../src/scoring/fact-finder.ts';
import { startScoring } from '../../src/scoring/scoring-loop.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { settled } from '../support/settled.ts';

const WORDS = [
  'This is James from the fraud department of your bank.',
  'There is a warrant out for your arrest, this is the Internal Revenue Service.',
  'Read me the verification code that we just sent you.',
  'Now move your savings to a safe account, and do not tell the branch.',
  'Buy gift cards right now.',
  'You do not need to read me any code.',
  'Please call the number on your card.',
  'Well, hello.',
];

/**
 * What happens to a call: words, after a pause; an answer of the model about what it was asked; another instance; what is
 * known beside the words.
 */
const stepArbitrary = fc.oneof(
  fc.record({ say: fc.constantFrom(...WORDS), pauseMs: fc.nat(90_000) }),
  fc.record({
    find: fc.array(
      fc.record({
        tactic: fc.constantFrom(...TACTICS),
        stance: fc.constantFrom(...STANCES),
        place: fc.nat(1_000),
      }),
      { maxLength: 6 },
    ),
    scamType: fc.constantFrom(...SCAM_TYPES),
  }),
  fc.record({ move: fc.constantFrom('with its memory', 'without', 'late' as const) }),
  fc.record({
    learn: fc.record({
      attestation: fc.constantFrom(...ATTESTATIONS, null),
      caller: fc.constantFrom(...CALLER_TRUSTS, null),
      sensitivity: fc.constantFrom(...SENSITIVITIES),
    }),
  }),
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** Plays the steps through the scoring and returns what is recorded of its verdicts. */
async function play(steps: readonly Step[]): Promise<Analysis[]> {
  const recorded: Analysis[] = [];
  const clock = createFakeClock();
  let nowMs = 0;
  let utterances = 0;
  let asked: { readonly utterances: readonly Utterance[]; answer(found: FoundFacts): void } | undefined;
  const model: FactFinder = {
    promptVersion: 'test',
    inputTokensOf: () => 500,
    find: ({ context, news }) =>
      new Promise((answer) => {
        asked = { utterances: [...context, ...news], answer };
      }),
  };
  const ignore = (): void => undefined;
  const observer = { sliceBegins: ignore, scored: ignore, spent: ignore, modelFailed: ignore, failed: ignore };
  const begin = () =>
    startScoring({ clock, policy: DEFAULT_POLICY, model, limits: LIMITS.scoring, observer }, ({ analysis, isNews }) => {
      if (isNews) recorded.push(analysis);
    });
  let loop = begin();
  let left: ReturnType<typeof loop.memory> | null = null;
  for (const step of steps) {
    if ('say' in step) {
      nowMs += step.pauseMs + 1_000;
      utterances += 1;
      loop.hear({
        ...{ id: utteranceIdOf(utterances), speaker: 'unknown', text: step.say },
        ...{ startMs: nowMs - 900, endMs: nowMs },
      });
      if (left !== null) loop.restore(left);
      left = null;
      clock.advance(30_000);
    } else if ('find' in step) {
      const { utterances: heard, answer } = asked ?? { utterances: [], answer: () => undefined };
      const facts = step.find.flatMap(({ tactic, stance, place }): Fact[] => {
        const utterance = heard[place % Math.max(1, heard.length)];
        if (utterance === undefined) return [];
        return [{ tactic, stance, utteranceId: utterance.id, quote: 'words', finder: 'model', atMs: utterance.endMs }];
      });
      answer({ ok: true, usage: NO_TOKENS, found: { facts, scamType: step.scamType, summary: '' } });
      asked = undefined;
      await settled();
    } else if ('learn' in step) loop.learn(step.learn);
    else {
      const memory = loop.memory();
      asked = undefined;
      loop = begin();
      if (step.move === 'with its memory') loop.restore(memory);
      if (step.move === 'late') left = memory;
    }
  }
  return recorded;
}

/** As it comes back from the record. */
const stored = (verdicts: readonly Analysis[]): Analysis[] =>
  verdicts.map((verdict) => ({
    ...verdict,
    basis: verdictBasisSchema.parse(JSON.parse(JSON.stringify(verdict.basis))),
  }));

const SCAM: Step[] = WORDS.slice(0, 4).map((say) => ({ say, pauseMs: 2_000 }));

describe('stored verdicts', () => {
  it('come out as they fell, whatever both finders said, in whatever order, on however many instances', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 40 }), async (steps) => {
        const replayed = replayCall(stored(await play(steps)), DEFAULT_POLICY);
        expect(replayed.filter((verdict) => !isSame(verdict))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('differ where the policy does', async () => {
    const verdicts = stored(await play(SCAM));
    const policy = { ...DEFAULT_POLICY, combinations: [] };
    expect(replayCall(verdicts, policy).some((verdict) => !isSame(verdict))).toBe(true);
  });

  it('are not replayed from a verdict on that is missing in the record, but before and on other instances', async () => {
    const verdicts = stored(await play([...SCAM, { move: 'with its memory' }, { say: WORDS[4] ?? '', pauseMs: 1 }]));
    const known = recollect(verdicts.filter((_, at) => at !== 2));
    expect(verdicts).toHaveLength(6);
    expect(known.map((each) => each !== null)).toEqual([true, true, false, true, true]);
  });

  it('of an earlier version, which did not say what they were made of, are not replayed', async () => {
    const verdicts = (await play(SCAM)).map((verdict) => ({ ...verdict, basis: null }));
    const replayed = replayCall(verdicts, DEFAULT_POLICY);
    expect(replayed.map((each) => each.replayed)).toEqual(verdicts.map(() => null));
    expect(replayed.some(isSame)).toBe(false);
  });
});
