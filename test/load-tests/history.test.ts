import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addToHistory, type BenchRecord, besideLast, ratio, readHistory } from '../../load-tests/bench/history.ts';
import { newFolder } from '../support/folder.ts';

const MACHINE = { model: 'A', cores: 4, node: 'v20.19.0' };
const RATIO = 'Ratio of the medians, 50 calls to one';

function recordOf(value: number | null, further: Partial<BenchRecord> = {}): BenchRecord {
  return {
    commit: 'abc1234',
    isDirty: false,
    at: '2026-11-22T10:00:00.000Z',
    machine: MACHINE,
    parts: { alerts: { comparable: { [RATIO]: value } } },
    ...further,
  };
}

const beside = (value: number | null, history: readonly BenchRecord[]): string[] =>
  besideLast('alerts', { [RATIO]: value }, history, MACHINE);

it('records are read in the order in which they were added, and lines that are none are left out', async () => {
  const path = join(await newFolder(), 'history.jsonl');
  expect(readHistory(path)).toEqual([]);
  const media = { comparable: {}, most: 1_200, options: { calls: 400 } };
  addToHistory(path, recordOf(2));
  appendFileSync(
    path,
    '{"commit":"old","at":"2026-11-21T10:00:00.000Z","machine":"4 × A","most":1000}\n{"commit":"to\n',
  );
  addToHistory(path, recordOf(null, { isDirty: true, parts: { media } }));
  expect(readHistory(path)).toEqual([recordOf(2), recordOf(null, { isDirty: true, parts: { media } })]);
});

it('a ratio stands beside that of the last record which has it, with the commit, the day and the change', () => {
  const history = [
    recordOf(1),
    recordOf(2, { commit: 'def5678', isDirty: true }),
    recordOf(null),
    recordOf(0, { parts: { alerts: { comparable: { 'another ratio': 9 } }, finder: { comparable: { [RATIO]: 9 } } } }),
  ];
  expect(beside(2.5, history)).toEqual([`${RATIO}: 2.5; before 2 (def5678+, 2026-11-22, +25 %)`]);
  expect(beside(1.5, history)).toEqual([`${RATIO}: 1.5; before 2 (def5678+, 2026-11-22, -25 %)`]);
});

it('another model or number of cores does not compare, another Node does', () => {
  const others = [
    recordOf(2, { machine: { ...MACHINE, model: 'B' } }),
    recordOf(2, { machine: { ...MACHINE, cores: 8 } }),
  ];
  expect(beside(2, others)).toEqual([`${RATIO}: 2; none before`]);
  const [line] = beside(2, [recordOf(2, { machine: { ...MACHINE, node: 'v24.0.0' } }), ...others]);
  expect(line).toContain('before 2 (abc1234, 2026-11-22, +0 %)');
});

it('what could not be measured is no number', () => {
  expect(ratio(null, 2)).toBeNull();
  expect(ratio(2, 0)).toBeNull();
  expect(ratio(1, 3)).toBe(0.33);
  expect(beside(null, [recordOf(2)])).toEqual([`${RATIO}: cannot be told`]);
});
