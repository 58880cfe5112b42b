import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWeightsFile } from '../../src/scoring/policy-file.ts';
import { LIKENESS, learn, STORED_CALLS, writeWeights } from '../../src/training/learning.ts';
import type { TrainingCall } from '../../src/training/training-set.ts';
import { newFolder } from '../support/folder.ts';

const calls = (count: number, isScam: boolean, feature: string, group = 'others'): TrainingCall[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ source: group, group, cluster: `${feature} ${at}`, isScam },
    moments: [[feature], []],
  }));

const OTHERS = [...calls(50, true, 'threat'), ...calls(50, false, 'authority')];

describe('weights that are learned', () => {
  it('are the same from the same calls', () => {
    expect(learn(OTHERS, LIKENESS)).toEqual(learn(OTHERS, LIKENESS));
  });

  it('change little by a few calls of the service, and more by many', () => {
    const weightAfter = (count: number): number =>
      learn([...OTHERS, ...calls(count, true, 'ask_code', STORED_CALLS)], LIKENESS).weights['ask_code'] ?? 0;
    expect(weightAfter(0)).toBe(0);
    expect(weightAfter(2)).toBeGreaterThan(0);
    expect(weightAfter(100)).toBeGreaterThan(2 * weightAfter(2));
  });

  it('count calls of one cluster as one', () => {
    const copies = calls(100, true, 'ask_code', STORED_CALLS).map((call) => ({ ...call, cluster: 'one number' }));
    const [one] = calls(1, true, 'ask_code', STORED_CALLS);
    if (one === undefined) throw new Error('no call');
    expect(learn([...OTHERS, ...copies], LIKENESS).weights).toEqual(learn([...OTHERS, one], LIKENESS).weights);
  });

  it('are written to a file that the service reads, and that says what they were learned from', async () => {
    const learnedFrom = [...OTHERS, ...calls(3, true, 'ask_code', STORED_CALLS)];
    const model = learn(learnedFrom, LIKENESS);
    const file = join(await newFolder(), 'weights.json');
    const text = writeWeights(learnedFrom, model, LIKENESS);
    await writeFile(file, text);
    expect(readWeightsFile(file)).toEqual(model);
    expect(JSON.parse(text)).toMatchObject({
      about: {
        calls: { others: 100, [STORED_CALLS]: 3 },
        sources: { others: 'not stated', [STORED_CALLS]: expect.stringContaining('contacts') },
      },
    });
  });
});
