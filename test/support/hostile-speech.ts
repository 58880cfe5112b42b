import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/call/analysis.ts';
import type { Fact, Stance } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';
import { NO_TOKENS } from '../../src/call/model-usage.ts';
import type { Priors } from '../../src/call/priors.ts';
import { isAtLeast, type RiskAssessment } from '../../src/call/risk.ts';
import type { Speaker, Utterance } from '../../src/call/utterance.ts';
import { LIMITS } from '../../src/limits.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import type { FactFinder } from '../../src/scoring/fact-finder.ts';
import { createLocalFinder } from '../../src/scoring/local/local-finder.ts';
import { startScoring } from '../../src/scoring/scoring-loop.ts';
import { createFakeClock } from './fake-clock.ts';

interface Said {
  readonly text: string;
  readonly speaker?: Speaker;
  readonly startMs: number;
  readonly endMs: number;
}

/** Advice may soothe while nothing is asked for and nothing threatened. */
const isSoothable = ({ because }: RiskAssessment): boolean =>
  because.every((tactic) => DEFAULT_POLICY.soothable.includes(tactic));

function listen(language: string, model: FactFinder | null) {
  const clock = createFakeClock();
  const verdicts: Analysis[] = [];
  const ignore = (): void => undefined;
  const loop = startScoring(
    {
      clock,
      policy: DEFAULT_POLICY,
      model,
      limits: LIMITS.scoring,
      observer: { sliceBegins: ignore, scored: ignore, spent: ignore, modelFailed: ignore, failed: ignore },
    },
    ({ analysis }) => verdicts.push(analysis),
  );
  loop.spokenIn(language);
  return { clock, loop, verdicts };
}

/** What the service makes of a call in a language without the model, after each utterance. */
function score(language: string, call: readonly Said[], known: Priors | null): RiskAssessment[] {
  const { loop, verdicts } = listen(language, null);
  if (known !== null) loop.learn(known);
  for (const [at, said] of call.entries()) loop.hear({ speaker: 'unknown', ...said, id: utteranceIdOf(at + 1) });
  return verdicts.map(({ assessment }) => assessment);
}

/** A model that was talked round: it denies all that the local finder finds, in words that stand there. */
function talkedRound(language: string, stance: Stance): FactFinder {
  const deny = (utterance: Utterance): Fact[] => {
    const local = createLocalFinder();
    local.spokenIn(language);
    return local.hear(utterance).facts.map((fact) => ({ ...fact, finder: 'model', stance }));
  };
  return {
    promptVersion: 'talked round',
    inputTokensOf: () => 100,
    find: async ({ context, news }) => ({
      ok: true,
      found: { facts: [...context, ...news].flatMap(deny), scamType: 'none', summary: 'All is well.' },
      usage: NO_TOKENS,
    }),
  };
}

/** The same with a model, which has time to answer between any two lines. */
async function scoreWith(language: string, model: FactFinder, lines: readonly string[]): Promise<Analysis[]> {
  const { clock, loop, verdicts } = listen(language, model);
  for (const [at, said] of atTimes(lines).entries()) {
    loop.hear({ speaker: 'unknown', ...said, id: utteranceIdOf(at + 1) });
    for (let passed = 0; passed < EVERY_MS; passed += TICK_MS) {
      clock.advance(TICK_MS);
      await new Promise((done) => setImmediate(done));
    }
  }
  return verdicts;
}

const EVERY_MS = 10_000;
const LINE_MS = 5_000;
const TICK_MS = 500;
const alerted = (heard: readonly RiskAssessment[]): boolean => heard.some(({ level }) => isAtLeast(level, 'high'));
const atTimes = (lines: readonly string[]): Said[] =>
  lines.map((text, at) => ({ text, startMs: at * EVERY_MS, endMs: at * EVERY_MS + LINE_MS }));

/** What one language is tried by. */
interface HostileSpeech {
  readonly language: string;
  readonly scams: Readonly<Record<string, readonly string[]>>;
  /** What a caller, or somebody coached by one, may say to be taken for harmless. */
  readonly spoken: Readonly<Record<string, readonly string[]>>;
  /** The same words as they may come out of a mouth, or of a recogniser. */
  readonly disguises: Readonly<Record<string, readonly [plain: string, ...disguised: string[]]>>;
}

export const ADVICE = 'advice that honest callers give too';

/** The scam with another line in each of its pauses, or before or after all of it; everything else at the same time. */
const PLACES: Readonly<Record<string, (lines: readonly string[]) => number[]>> = {
  before: () => [-1],
  within: (lines) => lines.slice(1).map((_, at) => at),
  after: (lines) => [lines.length - 1],
};

const insert = (lines: readonly string[], after: readonly number[], text: string, speaker: Speaker): Said[] =>
  [
    ...atTimes(lines),
    ...after.map((at) => ({
      text,
      speaker,
      startMs: at * EVERY_MS + LINE_MS + 1_000,
      endMs: at * EVERY_MS + EVERY_MS - 1_000,
    })),
  ]
    .map((said) => ({ ...said, startMs: said.startMs + EVERY_MS, endMs: said.endMs + EVERY_MS }))
    .sort((a, b) => a.startMs - b.startMs);

/** None of it may make a scam lighter. */
export function describeHostileSpeech({ language, scams, spoken, disguises }: HostileSpeech): void {
  const scoreOf = (call: readonly Said[], known: Priors | null = null): RiskAssessment[] =>
    score(language, call, known);

  describe.each(Object.entries(spoken))('%s', (kind, lines) => {
    it.each(lines)('“%s” makes no scam lighter, whenever it is said and by whomever', (text) => {
      for (const [scam, evidence] of Object.entries(scams)) {
        for (const [place, where] of Object.entries(PLACES)) {
          for (const speaker of ['unknown', 'caller', 'protected'] as const) {
            const without = scoreOf(insert(evidence, where(evidence), 'uh', speaker));
            const withIt = scoreOf(insert(evidence, where(evidence), text, speaker));
            const lighter = without.flatMap((assessment, at) => {
              if (kind === ADVICE && isSoothable(assessment)) return [];
              const { score: before } = assessment;
              const after = withIt[at]?.score ?? 0;
              return after < before ? [`${before} became ${after} at ${at}`] : [];
            });
            expect(lighter, `${scam}, ${place}, ${speaker}`).toEqual([]);
            expect(alerted(withIt), `${scam}, ${place}, ${speaker}`).toBe(true);
          }
        }
      }
    });

    it.each(lines)('“%s” makes no scam lighter in the same breath', (text) => {
      for (const [scam, evidence] of Object.entries(scams)) {
        const last = (said: readonly string[]): number => scoreOf(atTimes(said)).at(-1)?.score ?? 0;
        const bare = text.toLowerCase().replace(/[.,?!:]/g, '');
        for (const join of [
          (line: string) => `${text} ${line}`,
          (line: string) => `${line} ${text}`,
          (line: string) => `${bare} ${line.toLowerCase()}`,
        ]) {
          const said = evidence.map(join);
          expect(last(said), `${scam}: ${said[0]}`).toBeGreaterThanOrEqual(last(evidence));
        }
      }
    });
  });

  describe.each(Object.entries(disguises))('%s', (_, [plain, ...disguised]) => {
    const asks = (text: string): string[] =>
      (scoreOf(atTimes([text]))[0]?.because ?? []).filter((tactic) => tactic.startsWith('ask_'));

    it.each(disguised)('“%s” asks for the same', (text) => {
      expect(asks(plain)).not.toEqual([]);
      expect(asks(text)).toEqual(expect.arrayContaining(asks(plain)));
    });
  });

  describe('a number that the user knows, and its carrier vouches for', () => {
    const KNOWN: Priors = { attestation: 'A', caller: 'known', sensitivity: 'normal', knownAtMs: 0 };

    it.each(Object.entries(scams))('makes %s no lighter once it asks or threatens', (_, lines) => {
      const [stranger, known] = [scoreOf(atTimes(lines)), scoreOf(atTimes(lines), KNOWN)];
      for (const [at, assessment] of stranger.entries()) {
        if (!isSoothable(assessment)) expect(known[at]).toEqual(assessment);
      }
      expect(alerted(known)).toBe(true);
    });
  });

  describe.each(['negated', 'advised_against', 'mentioned'] as const)('a model that says of all “%s”', (stance) => {
    it.each(Object.entries(scams))('stops no alert of %s', async (_, lines) => {
      const verdicts = await scoreWith(language, talkedRound(language, stance), lines);
      expect(verdicts.some(({ finder }) => finder === 'model')).toBe(true);
      expect(alerted(verdicts.map(({ assessment }) => assessment))).toBe(true);
    });
  });

  describe('a pause in the middle', () => {
    it.each(Object.entries(scams))('does not hide %s, wherever each line is cut', (_, lines) => {
      const whole = scoreOf(atTimes(lines)).at(-1)?.score ?? 0;
      for (let cut = 1; cut < 12; cut++) {
        const said = atTimes(lines).flatMap(({ text, startMs }) => {
          const words = text.split(' ');
          const at = Math.min(cut, words.length - 1);
          return [
            { text: words.slice(0, at).join(' '), startMs, endMs: startMs + 2_000 },
            { text: words.slice(at).join(' '), startMs: startMs + 3_500, endMs: startMs + LINE_MS },
          ];
        });
        const heard = scoreOf(said);
        expect(heard.at(-1)?.score, `cut after ${cut}`).toBeGreaterThanOrEqual(whole);
        expect(alerted(heard)).toBe(true);
      }
    });

    it.each(Object.entries(scams))('does not hide %s that is told two words at a time', (_, lines) => {
      const said = lines.flatMap((text, line) => {
        const words = text.split(' ');
        const startMs = line * EVERY_MS;
        return Array.from({ length: Math.ceil(words.length / 2) }, (__, at) => ({
          text: words.slice(2 * at, 2 * at + 2).join(' '),
          startMs: startMs + at * 1_200,
          endMs: startMs + at * 1_200 + 800,
        }));
      });
      expect(alerted(scoreOf(said))).toBe(true);
    });
  });
}
