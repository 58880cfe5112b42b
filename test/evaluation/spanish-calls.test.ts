import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLabelledCalls } from '../../src/evaluation/call-files.ts';
import { AS_WRITTEN } from '../../src/evaluation/disturbance.ts';
import type { LabelledCall } from '../../src/evaluation/labelled-call.ts';
import { measure } from '../../src/evaluation/report.ts';
import type { Share } from '../../src/evaluation/statistics.ts';
import { LIMITS } from '../../src/limits.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';

const folder = resolve(import.meta.dirname, '../../src/evaluation/calls');
const calls = ['spanish_held_out', 'spanish_seen'].flatMap((name) => readLabelledCalls(`${folder}/${name}.jsonl`));
const { figures } = measure(calls, DEFAULT_POLICY, LIMITS.scoring);
const figureOf = (source: string, disturbance: string) => {
  const found = figures.find((each) => each.source === source && each.disturbance === disturbance);
  if (found === undefined) throw new Error(`no figures of ${source}, ${disturbance}`);
  return found;
};
const rateOf = ({ count, of }: Share): number => count / of;

describe('the calls in Spanish', () => {
  it('say that they are, and are of five countries', () => {
    expect(calls.every(({ language }) => language === 'es')).toBe(true);
    expect(new Set(calls.map(({ id }) => id.slice(0, 2)))).toEqual(new Set(['us', 'mx', 'co', 'ar', 'es']));
  });

  it('that were written before the phrases are for measuring alone', () => {
    for (const { source, isForTraining } of calls) expect(isForTraining).toBe(source === 'spanish_seen');
  });

  it.each(['spanish_held_out', 'spanish_seen'])(
    'of %s alert if they are frauds, and not if they are honest',
    (source) => {
      const { alerted, falseAlarms } = figureOf(source, AS_WRITTEN);
      expect(rateOf(alerted)).toBeGreaterThan(0.9);
      expect(falseAlarms.count).toBe(0);
    },
  );

  it('that nobody tuned by are told as well with one word in ten wrong', () => {
    const { alerted, falseAlarms } = figureOf('spanish_held_out', '10 % wrong words');
    expect(rateOf(alerted)).toBeGreaterThan(0.8);
    expect(falseAlarms.count).toBe(0);
  });
  it('are misheard as words of their own language, whatever is measured with them', () => {
    const heldOut = calls.filter(({ source }) => source === 'spanish_held_out');
    const english = readLabelledCalls(resolve(import.meta.dirname, '../../src/training/calls/scams_en.jsonl'));
    const figuresWith = (...others: readonly LabelledCall[]) =>
      measure([...heldOut, ...others], DEFAULT_POLICY, LIMITS.scoring).figures.filter(
        ({ source }) => source === 'spanish_held_out',
      );
    expect(figuresWith(...english)).toEqual(figuresWith());
  });
});
