import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLabelledCalls } from '../../src/evaluation/call-files.ts';

describe('the calls that were written for training', () => {
  const calls = readLabelledCalls(resolve(import.meta.dirname, '../../src/training/calls'));

  it('may all be trained on', () => {
    expect(calls.every(({ isForTraining }) => isForTraining)).toBe(true);
  });

  it('are mostly honest, since honest calls about money are what is hardest', () => {
    const honest = calls.filter(({ isScam }) => !isScam);
    expect(honest.length).toBeGreaterThan(calls.length / 2);
    expect(honest.filter(({ isNearDomain }) => isNearDomain).length).toBeGreaterThan(100);
  });
});
