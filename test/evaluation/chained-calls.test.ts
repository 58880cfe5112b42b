import { describe, expect, it } from 'vitest';
import { chainsOf, joined } from '../../src/evaluation/chained-calls.ts';
import type { LabelledCall } from '../../src/evaluation/labelled-call.ts';
import { parseLabelledCall } from '../../src/evaluation/labelled-call-message.ts';
import { playCall } from '../../src/evaluation/played-call.ts';
import { speak } from '../../src/evaluation/speaking-pace.ts';
import { LIMITS } from '../../src/limits.ts';
import { DEFAULT_POLICY } from '../../src/scoring/default-policy.ts';

function call(id: string, ...said: readonly string[]): LabelledCall {
  const turns = said.map((text, at) => ({ speaker: at % 2 === 0 ? 'caller' : 'receiver', text }));
  return parseLabelledCall(JSON.stringify({ id, label: 'legit', turns }), 'a source');
}
const idsOf = (chains: ReadonlyArray<readonly LabelledCall[]>) => chains.map((chain) => chain.map(({ id }) => id));

describe('chains of calls', () => {
  const calls = ['a', 'b', 'c', 'd', 'e'].map((id) => call(id, 'It is ten words long, as anybody can count here.'));
  const lengthMs = speak(calls[0] ?? call('none', '')).lengthMs;

  it('hold each call once, in order, until they are long enough, and leave the rest out', () => {
    expect(idsOf(chainsOf(calls, 2 * lengthMs))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(idsOf(chainsOf(calls, lengthMs))).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
    expect(chainsOf(calls, 6 * lengthMs)).toEqual([]);
  });

  it('are one call to the scoring, which adds up what is said in all of them', () => {
    const alertOf = (each: LabelledCall) => playCall(each, DEFAULT_POLICY, LIMITS.scoring).alertAtMs;
    const office = call('office', 'This is officer Cole with the Internal Revenue Service.', 'Yes?');
    const shop = call('shop', 'You must buy Target gift cards right now and read me the numbers.', 'Fine.');
    expect([alertOf(office), alertOf(shop)]).toEqual([null, null]);
    const chain = joined([office, shop]);
    expect(alertOf(chain)).not.toBeNull();
    expect(speak(chain).utterances.map(({ speaker }) => speaker)).toEqual([
      'caller',
      'protected',
      'caller',
      'protected',
    ]);
  });
});
