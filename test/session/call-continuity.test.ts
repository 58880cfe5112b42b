import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../src/call/model-usage.ts';
import { createCallContinuity, type RememberedState } from '../../src/session/call-continuity.ts';
import type { CallMemories } from '../../src/session/call-memories.ts';
import type { CallMemory } from '../../src/session/call-memory.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { newCallSid } from '../support/people.ts';

const HOUR_MS = 3_600_000;
const LIMITS = { handOverMs: 1_000, saveMs: 2_000, longestGapMs: 600_000 };

/** One instance's part of a call, by a clock of its own. */
function begin(clock: ReturnType<typeof createFakeClock>, endMs = 0) {
  const saved: CallMemory[] = [];
  const memories = {
    save: (_callSid: string, memory: CallMemory) => void saved.push(memory),
  } as unknown as CallMemories;
  const spoken = { id: 'u1', speaker: 'unknown', text: 'hello', startMs: 0, endMs } as never;
  const state: RememberedState = {
    blindMs: 0,
    language: null,
    utterances: 1,
    raised: [],
    scoring: {
      utterances: [spoken],
      unread: [],
      facts: [],
      stories: [],
      priors: null,
      summary: '',
      spend: { usage: NO_USAGE, recent: [] },
    },
    unansweredSinceMs: 100,
  };
  const continuity = createCallContinuity(newCallSid(), 'a', memories, clock, LIMITS, () => state);
  return { continuity, last: () => saved.at(-1) as CallMemory };
}

describe('a call on two instances', () => {
  it('goes on where it was, and what was between the two is a gap', () => {
    const clock = createFakeClock();
    const first = begin(clock, 4_000);
    clock.advance(60_000);
    first.continuity.save();
    clock.advance(700);
    const { continuity } = begin(clock);
    continuity.resume(first.last());
    expect(continuity.gapMs).toBe(800);
    expect(continuity.offsetMs).toBe(60_700);
  });

  it('goes on at a whole millisecond, as times are recorded', () => {
    const clock = createFakeClock();
    const first = begin(clock);
    clock.advance(59_999.6);
    first.continuity.save();
    expect(Number.isInteger(first.last().firstAudioAt - clock.wallMs())).toBe(true);
  });

  it('does so over a third', () => {
    const clock = createFakeClock();
    const first = begin(clock);
    clock.advance(60_000);
    first.continuity.save();
    const second = begin(clock);
    second.continuity.resume(first.last());
    clock.advance(30_000);
    second.continuity.save();
    const { continuity } = begin(clock);
    continuity.resume(second.last());
    expect(continuity.offsetMs).toBe(90_000);
  });

  it.each([HOUR_MS, -HOUR_MS])(
    'has no other gap and no other times when the clock jumps by %i ms meanwhile',
    (byMs) => {
      const clock = createFakeClock();
      const first = begin(clock);
      clock.advance(30_000);
      clock.jump(byMs);
      clock.advance(30_000);
      first.continuity.save();
      clock.advance(700);
      const { continuity } = begin(clock);
      continuity.resume(first.last());
      expect(continuity.gapMs).toBe(800);
      expect(continuity.offsetMs).toBe(60_700);
    },
  );

  it.each([
    [HOUR_MS, LIMITS.longestGapMs],
    [-HOUR_MS, 0],
  ])('has a gap that can be believed when their clocks are %i ms apart', (apartMs, gapMs) => {
    const [clock, other] = [createFakeClock(), createFakeClock()];
    other.jump(apartMs);
    const first = begin(clock);
    clock.advance(60_000);
    other.advance(60_700);
    first.continuity.save();
    const { continuity } = begin(other);
    continuity.resume(first.last());
    expect(continuity.gapMs).toBe(gapMs);
    expect(continuity.blindBeforeMs).toBe(gapMs);
    expect(continuity.offsetMs).toBe(59_900 + gapMs);
  });
});
