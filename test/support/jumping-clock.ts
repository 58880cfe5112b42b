import { type Clock, systemClock } from '../../src/call/clock.ts';

/** The system's clock, whose time of day the test sets. */
export interface JumpingClock extends Clock {
  jump(ms: number): void;
}

export function createJumpingClock(): JumpingClock {
  let jumpedMs = 0;
  return {
    ...systemClock,
    wallMs: () => systemClock.wallMs() + jumpedMs,
    jump(ms) {
      jumpedMs += ms;
    },
  };
}
