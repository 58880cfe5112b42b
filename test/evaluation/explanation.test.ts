import { describe, expect, it } from 'vitest';
import type { Sensitivity } from '../../src/call/priors.ts';
import { explain } from '../../src/evaluation/explanation.ts';
import { parseLabelledCall } from '../../src/evaluation/labelled-call-message.ts';
import { playCall } from '../../src/evaluation/played-call.ts';
import { LIMITS } from '../../src/limits.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';

function explained(sensitivity: Sensitivity, ...said: readonly string[]): string[] {
  const turns = said.map((text) => ({ speaker: 'caller', text }));
  const call = parseLabelledCall(JSON.stringify({ id: 'one', label: 'scam', turns }), 'a source');
  return explain(playCall(call, DEFAULT_POLICY, LIMITS.scoring, sensitivity), DEFAULT_POLICY).split('\n');
}
const lineWith = (lines: readonly string[], text: string): string => lines.find((line) => line.includes(text)) ?? '';

const OFFICE = 'This is officer Cole with the Internal Revenue Service.';
const THREAT = 'There is a warrant for your arrest.';
const ALARM = 'Somebody stole money from your bank account, your account is blocked.';
const ORDER = 'Sir, this is the Amazon department, a suspicious order of an Apple iPhone was charged to your account.';
const ADVICE = 'Hang up and call the number on your card.';
const ASK = 'Buy Target gift cards right now and read me the numbers.';

describe('an explanation', () => {
  it('shows what was found, in which words, and the story that was told', () => {
    const lines = explained('normal', OFFICE, THREAT, ASK);
    expect(lines[0]).toMatch(/^a source one \(scam, \): alert after \d+\.\d s: government_impersonation$/);
    expect(lineWith(lines, 'ask_gift_card pressed')).toContain('“Buy Target gift cards');
    expect(lines.filter((line) => line.includes('story: government_impersonation'))).toHaveLength(1);
  });

  it('shows everything that gives points, which add up to the score', () => {
    const lines = explained('normal', OFFICE, THREAT);
    const [parts = '', sum = ''] = lineWith(lines, ' threat + ').split(' = ');
    expect(parts).toMatch(/ authority .* likeness − \d+\.\d not worded as frauds are$/);
    expect(DEFAULT_POLICY.combinations.some(({ name }) => parts.includes(` “${name}”`))).toBe(true);
    const added = parts
      .replaceAll(' − ', ' + -')
      .split(' + ')
      .reduce((all, part) => all + Number.parseFloat(part), 0);
    expect(added).toBeCloseTo(Number.parseFloat(sum), 0);
    const [, score] = /s \w+ +(\d+) {2}caller: /.exec(lineWith(lines, THREAT)) ?? [];
    expect(Math.abs(Number(score) - Math.min(100, Number.parseFloat(sum)))).toBeLessThan(1);
  });

  it('shows what the user’s sensitivity makes of the points', () => {
    expect(lineWith(explained('high', OFFICE), ' = ')).toMatch(/ = \d+\.\d, × 1\.2 sensitivity$/);
    expect(lineWith(explained('normal', OFFICE), ' = ')).toMatch(/ = \d+\.\d$/);
  });

  it('shows what advice takes away', () => {
    expect(explained('normal', ADVICE).at(-1)).toMatch(/ −\d+\.\d protective advice = −\d+\.\d, at least 0$/);
  });

  it('shows where an alarm that asks for nothing is held back', () => {
    expect(
      lineWith(
        explained('high', OFFICE.replace('Internal Revenue Service', 'fraud department'), ORDER, ALARM),
        ' at most ',
      ),
    ).toMatch(new RegExp(`, at most ${DEFAULT_POLICY.unasked.most}, as nothing is asked for$`));
  });
});
