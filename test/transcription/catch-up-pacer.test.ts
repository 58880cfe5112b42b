import { describe, expect, it } from 'vitest';
import { bytesOfMs } from '../../src/call/audio.ts';
import { createCatchUpPacer } from '../../src/transcription/catch-up-pacer.ts';
import { createFakeClock } from '../support/fake-clock.ts';

describe('a catch-up pacer', () => {
  it('allows a burst, and then audio at its rate', () => {
    const clock = createFakeClock();
    const pacer = createCatchUpPacer(clock, { catchUpRate: 1.25, catchUpBurstMs: 1_000 });
    expect(pacer.allowance()).toBe(bytesOfMs(1_000));
    pacer.spend(bytesOfMs(1_000));
    expect(pacer.allowance()).toBe(0);
    clock.advance(400);
    expect(pacer.allowance()).toBe(bytesOfMs(500));
  });

  it('never saves up more than the burst', () => {
    const clock = createFakeClock();
    const pacer = createCatchUpPacer(clock, { catchUpRate: 1.25, catchUpBurstMs: 200 });
    clock.advance(60_000);
    expect(pacer.allowance()).toBe(bytesOfMs(200));
  });

  it('never holds live audio back', () => {
    const clock = createFakeClock();
    const pacer = createCatchUpPacer(clock, { catchUpRate: 1.25, catchUpBurstMs: 200 });
    for (let frame = 0; frame < 1_000; frame++) {
      expect(pacer.allowance()).toBeGreaterThanOrEqual(160);
      pacer.spend(160);
      clock.advance(20);
    }
  });
});
