import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSliceTimer } from '../../src/observability/loop-slices.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const BEGINNINGS: ReadonlyArray<[string, (work: () => void) => void]> = [
  ['callback of the loop', (work) => void setImmediate().then(() => process.nextTick(work))],
  ["promise's reaction", (work) => queueMicrotask(work)],
];

it.each(BEGINNINGS)('a slice that begins in a %s lasts until the loop goes on', async (_name, begin) => {
  const clock = createFakeClock();
  const held: number[] = [];
  const beginSlice = createSliceTimer(clock, (ms) => held.push(ms));
  async function work(): Promise<void> {
    for (let times = 0; times < 2; times++) {
      void setImmediate().then(() => clock.advance(50));
      beginSlice();
      clock.advance(3);
      for (let reactions = 0; reactions < 5; reactions++) {
        await null;
        beginSlice();
        clock.advance(1);
      }
      await setImmediate();
    }
  }
  begin(work);
  for (let turns = 0; turns < 5; turns++) await setImmediate();
  expect(held).toEqual([8, 8]);
});
