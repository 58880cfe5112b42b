import type { Clock } from '../call/clock.ts';
import type { CallContinuity } from './call-continuity.ts';

const LOOK_MS = 250;

/**
 * A call without a stream: it may come back here, or on another instance, and must not find an old session should it
 * return from there. Ends it as soon as it is seen elsewhere, and after `graceMs` in any case. Returns what stops it.
 */
export function awaitStream(
  clock: Clock,
  continuity: CallContinuity,
  graceMs: number,
  end: (how: 'completed' | 'taken-over') => Promise<void>,
): () => void {
  const endsAtMs = clock.monotonicMs() + graceMs;
  const stop = clock.every(LOOK_MS, () => void look());

  async function look(): Promise<void> {
    const isLast = clock.monotonicMs() >= endsAtMs;
    if (isLast) stop();
    const isElsewhere = await (isLast ? continuity.isElsewhere() : continuity.isSeenElsewhere());
    if (continuity.isHere) return;
    if (isElsewhere) void end('taken-over');
    else if (isLast) void end('completed');
  }

  return stop;
}
