import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLabelledCalls } from '../../src/evaluation/call-files.ts';
import { AS_WRITTEN } from '../../src/evaluation/disturbance.ts';
import { measure, type Report } from '../../src/evaluation/report.ts';
import { drawReport } from '../../src/evaluation/report-html.ts';
import { tellReport } from '../../src/evaluation/report-text.ts';
import { LIMITS } from '../../src/limits.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';
import { newFolder } from '../support/folder.ts';

const OFFICE = 'This is officer Cole with the Internal Revenue Service. There is a warrant for your arrest.';
const ASK = 'Buy Target gift cards right now and read me the numbers.';
const turn = (speaker: string, text: string, ...tactics: readonly string[]) => ({ speaker, text, tactics });
const WARNED_BEFORE = {
  id: 'before',
  label: 'scam',
  ask_turn: 4,
  turns: [
    turn('caller', OFFICE, 'authority', 'threat'),
    turn('receiver', 'Oh no.'),
    turn('caller', ASK, 'ask_gift_card', 'urgency'),
    turn('receiver', 'I am at the store.'),
    turn('caller', 'Now read me the codes on the back.', 'ask_gift_card'),
  ],
};
/** Asked at once: nobody can be warned before. */
const WARNED_BY = {
  id: 'by',
  label: 'scam',
  ask_turn: 0,
  turns: [
    turn('caller', `${OFFICE} ${ASK}`, 'authority', 'threat', 'ask_gift_card', 'urgency'),
    turn('receiver', 'What?'),
  ],
};
const NOT_WARNED = {
  id: 'not',
  label: 'scam',
  ask_turn: 1,
  turns: [turn('caller', 'Hello.'), turn('caller', 'It is me.')],
};
const HONEST = { id: 'honest', label: 'legit', turns: [turn('caller', 'Your appointment is on Thursday.')] };

async function measured(...calls: readonly object[]): Promise<Report> {
  const file = join(await newFolder(), 'one.jsonl');
  writeFileSync(file, calls.map((call) => JSON.stringify(call)).join('\n'));
  return measure(readLabelledCalls(file), DEFAULT_POLICY, LIMITS.scoring);
}
const asWritten = ({ figures }: Report) => figures.find(({ disturbance }) => disturbance === AS_WRITTEN);

describe('calls whose turns are labelled', () => {
  it('tell which alerts come before the decisive ask begins, and which before it is answered', async () => {
    const report = await measured(WARNED_BEFORE, WARNED_BY, NOT_WARNED, HONEST);
    expect(asWritten(report)).toMatchObject({ beforeAsk: { count: 1, of: 3 }, byAsk: { count: 2, of: 3 } });
    expect(tellReport(report)).toMatch(/\| before the ask +\| by the ask +\|/);
    expect(tellReport(report)).toContain('33 % (6.1–79) 1/3');
    expect(drawReport(report)).toContain('<th>before the ask</th><th>by the ask</th>');
  });

  it('tell how well tactics are found, turn by turn', async () => {
    const right = await measured(WARNED_BY);
    expect(asWritten(right)?.tacticF1).toBe(1);
    expect(tellReport(right)).toMatch(/\| tactic F1 \|\n.*\n.*\| 1\.00 +\|\n/);
    const [first, second] = WARNED_BY.turns;
    const misplaced = await measured({
      ...WARNED_BY,
      turns: [
        { ...first, tactics: [] },
        { ...second, tactics: first?.tactics },
      ],
    });
    expect(asWritten(misplaced)?.tacticF1).toBe(0);
  });

  it('have no columns where nobody labelled any', async () => {
    const turns = WARNED_BY.turns.map(({ speaker, text }) => ({ speaker, text }));
    const told = tellReport(await measured({ id: 'one', label: 'scam', turns }));
    expect(told).not.toMatch(/ the ask|tactic F1/);
  });
});
