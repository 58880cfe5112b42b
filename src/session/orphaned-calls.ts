import { type Clock, every } from '../call/clock.ts';
import type { ProviderFailure } from '../call/failure.ts';
import type { CallSid } from '../call/ids.ts';
import type { CallControl } from '../intervention/call-control.ts';
import type { CallLeases } from './call-leases.ts';
import type { CallRecorder } from './call-recorder.ts';
import type { LiveCalls } from './live-calls.ts';

export interface OrphanLimits {
  readonly everyMs: number;
  /** A call whose holder has not been heard of for so long is looked after by another instance. */
  readonly expiredMs: number;
  /** Calls at once: an instance that dies leaves all of its calls. */
  readonly limit: number;
}

export interface OrphanDependencies {
  readonly calls: LiveCalls;
  readonly leases: CallLeases;
  readonly control: CallControl;
  readonly recorder: CallRecorder;
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
  const { calls, leases, clock, limits, observer } = dependencies;
  let underWay = false;
  /** Since when the leases have answered without a break: after an outage the living renew theirs first. */
  let answeredSinceMs: number | null = null;

  async function sweep(): Promise<void> {
    await leases.renew(calls.streaming());
    answeredSinceMs ??= clock.monotonicMs();
    if (clock.monotonicMs() - answeredSinceMs < limits.expiredMs) return;
    const orphans = await leases.takeExpired(limits);
    await Promise.all(orphans.map((callSid) => lookAfter(callSid, dependencies)));
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
