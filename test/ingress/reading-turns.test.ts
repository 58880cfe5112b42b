import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/call/clock.ts';
import { createReadingTurns } from '../../src/ingress/reading-turns.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const LIMITS = { quietMs: 60, busyMs: 100 };

function start({ isBusy = false, lateMs = 0 } = {}) {
  const clock = createFakeClock();
  const scheduled = new Set<object>();
  const after: Clock['after'] = (ms, work) => {
    const timer = {};
    scheduled.add(timer);
    const cancel = clock.after(ms + lateMs, () => {
      scheduled.delete(timer);
      work();
    });
    return () => {
      scheduled.delete(timer);
      cancel();
    };
  };
  const turns = createReadingTurns({ ...clock, after }, LIMITS, () => isBusy);
  function join() {
    let had = 0;
    const leave = turns.join(() => {
      had += 1;
    });
    return {
      leave,
      get turns() {
        return had;
      },
    };
  }
  return { turns, clock, join, isAtRest: () => scheduled.size === 0 };
}

describe('streams that are read in turns', () => {
  it('have one every 60 ms', () => {
    const { clock, join } = start();
    const stream = join();
    for (let turn = 1; turn <= 5; turn++) {
      clock.advance(60);
      expect(stream.turns).toBe(turn);
    }
  });

  it('have it less often while there is much to do', () => {
    const { clock, join } = start({ isBusy: true });
    const stream = join();
    for (let turn = 1; turn <= 5; turn++) {
      clock.advance(100);
      expect(stream.turns).toBe(turn);
    }
  });

  it('have it as often where every timer is late by more than a turn', () => {
    const { clock, join } = start({ lateMs: 7 });
    const stream = join();
    clock.advance(200);
    const before = stream.turns;
    clock.advance(600);
    expect(stream.turns - before).toBe(10);
  });

  it('have no turn made up for that the process was too late for', () => {
    const { clock, join } = start({ lateMs: 1_000 });
    const stream = join();
    clock.advance(1_010);
    expect(stream.turns).toBe(1);
  });

  it('have their turns one group after the other', () => {
    const { clock, join } = start();
    const streams = [join(), join()];
    const had = () => streams.reduce((sum, { turns }) => sum + turns, 0);
    clock.advance(59);
    for (let ms = 0; ms < 60; ms++) {
      const before = had();
      clock.advance(1);
      expect(had() - before).toBeLessThan(2);
    }
  });

  it('have them though another leaves', () => {
    const { clock, join } = start();
    const [first, second] = [join(), join()];
    clock.advance(60);
    first.leave();
    clock.advance(60);
    expect([first.turns, second.turns]).toEqual([1, 2]);
  });

  it('may leave within a turn', () => {
    const { clock, turns, isAtRest } = start();
    let had = 0;
    const leave = turns.join(() => {
      had += 1;
      leave();
    });
    clock.advance(600);
    expect(had).toBe(1);
    expect(isAtRest()).toBe(true);
  });

  it('have them again when one comes after all had left', () => {
    const { clock, join, isAtRest } = start();
    join().leave();
    expect(isAtRest()).toBe(true);
    clock.advance(600);
    const stream = join();
    clock.advance(60);
    expect(stream.turns).toBe(1);
  });
});
