import { type Clock, every } from '../call/clock.ts';
import type { ProviderFailure } from '../call/failure.ts';
import type { CallSid } from '../call/ids.ts';
import type { CallControl } from '../intervention/call-control.ts';
import type { CallLeases, SilentCall } from './call-leases.ts';
import type { CallMemories } from './call-memories.ts';
import type { CallRecorder } from './call-recorder.ts';
import type { LiveCalls } from './live-calls.ts';

export interface OrphanLimits {
  /** Leases are renewed, and silent ones looked for, this often. */
  readonly everyMs: number;
  /** A living holder is never silent for so long, neither in the record nor in the copies. */
  readonly silentMs: number;
  /** How long the record alone must have been silent where the copies cannot be asked. */
  readonly expiredMs: number;
  /** Calls at once: an instance that dies leaves all of its calls. */
  readonly limit: number;
}

export interface OrphanDependencies {
  readonly calls: Pick<LiveCalls, 'attended'>;
  readonly leases: CallLeases;
  readonly memories: Pick<CallMemories, 'isHeld'>;
  readonly control: Pick<CallControl, 'resumeCall'>;
  readonly recorder: Pick<CallRecorder, 'over'>;
  readonly clock: Clock;
  readonly limits: OrphanLimits;
  readonly observer: {
    orphan(outcome: 'resumed' | 'over'): void;
    controlFailed(failure: ProviderFailure): void;
    leasesFailed(error: unknown): void;
  };
}

/**
 * Renews what is held here, and looks after calls that nobody holds any more. Most calls of a dead instance come back by
 * themselves, because Twilio follows the `<Redirect>`; this finds those whose end was told to the dead, and those that
 * hang. The carrier is asked for another stream, and its answer says whether the call is still there. Returns what stops it.
 */
export function startOrphanSweep(dependencies: OrphanDependencies): () => void {
  const { calls, leases, memories, clock, limits, observer } = dependencies;
  let underWay = false;
  /** Since when the leases have answered without a break: after an outage the living renew theirs first. */
  let answeredSinceMs: number | null = null;

  async function sweep(): Promise<void> {
    await leases.renew(calls.attended());
    answeredSinceMs ??= clock.monotonicMs();
    if (clock.monotonicMs() - answeredSinceMs < limits.expiredMs) return;
    const silent = await leases.silent(limits);
    const judged = await Promise.all(
      silent.map(async (call) => ({ callSid: call.callSid, verdict: await judge(call) })),
    );
    const known = judged.filter(({ verdict }) => verdict !== 'unknown').map(({ callSid }) => callSid);
    const orphans = new Set(judged.filter(({ verdict }) => verdict === 'orphaned').map(({ callSid }) => callSid));
    // Who is alive in Redis alone is vouched for by the same stroke, and makes room for the others.
    const taken = await leases.take(known, limits.silentMs);
    await Promise.all(
      taken.filter((callSid) => orphans.has(callSid)).map((callSid) => lookAfter(callSid, dependencies)),
    );
  }

  async function judge({ callSid, silentMs }: SilentCall): Promise<'held' | 'orphaned' | 'unknown'> {
    const isHeld = await memories.isHeld(callSid);
    if (isHeld === null) return silentMs < limits.expiredMs ? 'unknown' : 'orphaned';
    return isHeld ? 'held' : 'orphaned';
  }

  return every(clock, limits.everyMs, () => {
    if (underWay) return;
    underWay = true;
    sweep()
      .catch((error: unknown) => {
        answeredSinceMs = null;
        observer.leasesFailed(error);
      })
      .finally(() => {
        underWay = false;
      });
  });
}

async function lookAfter(callSid: CallSid, { control, recorder, clock, observer }: OrphanDependencies): Promise<void> {
  const result = await control.resumeCall(callSid);
  if (!result.ok)
    observer.controlFailed(result.failure); // its lease runs out again
  else if (result.wasOver) recorder.over(callSid, clock.wallMs());
  if (result.ok) observer.orphan(result.wasOver ? 'over' : 'resumed');
}
