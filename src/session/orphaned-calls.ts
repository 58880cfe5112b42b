import type { Clock } from '../call/clock.ts';
import type { ProviderFailure } from '../call/failure.ts';
import type { CallSid } from '../call/ids.ts';
import type { CallControl } from '../intervention/call-control.ts';
import type { CallLeases, OrphanedCall, SilentCall } from './call-leases.ts';
import type { CallMemories } from './call-memories.ts';
import { type CallRecorder, recordWindow } from './call-recorder.ts';
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
  /** Streams that have ended and are to be seen to; what comes beyond is left to the sweeps. */
  readonly endedStreams: number;
}

export interface OrphanDependencies {
  readonly calls: Pick<LiveCalls, 'attended'>;
  readonly leases: CallLeases;
  readonly memories: Pick<CallMemories, 'isHeld' | 'recall'>;
  readonly control: Pick<CallControl, 'resumeCall'>;
  readonly recorder: Pick<CallRecorder, 'over' | 'utterance'>;
  readonly clock: Clock;
  readonly limits: OrphanLimits;
  readonly observer: {
    orphan(outcome: 'resumed' | 'over'): void;
    /** The last of an ended call died with its instance: so much that was said is not known. */
    unheard(callSid: CallSid, blindMs: number): void;
    controlFailed(failure: ProviderFailure): void;
    leasesFailed(error: unknown): void;
  };
}

export interface OrphanWatch {
  /** A media stream of this call has ended, on whichever instance. Never waits. */
  streamEnded(callSid: CallSid): void;
  stop(): void;
}

/**
 * Renews what is held here, and looks after calls that nobody holds any more. Most calls of a dead instance come back by
 * themselves, because Twilio follows the `<Redirect>`; this finds those whose end was told to the dead, and those that
 * hang. The carrier is asked for another stream, and its answer says whether the call is still there. What ended with
 * its instance still under way has its record closed.
 */
export function startOrphanWatch(dependencies: OrphanDependencies): OrphanWatch {
  const { calls, leases, memories, clock, limits, observer } = dependencies;
  /** Calls whose stream has ended, until it is time to see whether they have found another one. */
  const ended = new Map<CallSid, () => void>();
  let underWay = false;
  /** Since when the leases have answered without a break: after an outage the living renew theirs first. */
  let answeredSinceMs: number | null = null;

  const areRenewed = (): boolean =>
    answeredSinceMs !== null && clock.monotonicMs() - answeredSinceMs >= limits.expiredMs;

  async function sweep(): Promise<void> {
    await leases.renew(calls.attended());
    answeredSinceMs ??= clock.monotonicMs();
    if (!areRenewed()) return;
    const silent = await leases.silent(limits);
    const judged = await Promise.all(
      silent.map(async (call) => ({ callSid: call.callSid, verdict: await judge(call) })),
    );
    const known = judged.filter(({ verdict }) => verdict !== 'unknown').map(({ callSid }) => callSid);
    const orphans = new Set(judged.filter(({ verdict }) => verdict === 'orphaned').map(({ callSid }) => callSid));
    // Who is alive in Redis alone is vouched for by the same stroke, and makes room for the others.
    const taken = await leases.take(known, limits.silentMs);
    await Promise.all(taken.filter(({ callSid }) => orphans.has(callSid)).map((call) => lookAfter(call, dependencies)));
  }

  async function judge({ callSid, silentMs }: SilentCall): Promise<'held' | 'orphaned' | 'unknown'> {
    const isHeld = await memories.isHeld(callSid);
    if (isHeld === null) return silentMs < limits.expiredMs ? 'unknown' : 'orphaned';
    return isHeld ? 'held' : 'orphaned';
  }

  /** Twilio has said that the stream is gone: with the silence of the record that is enough, without Redis too. */
  async function seeTo(callSid: CallSid): Promise<void> {
    if (!areRenewed() || calls.attended().includes(callSid) || (await memories.isHeld(callSid))) return;
    const taken = await leases.take([callSid], limits.silentMs);
    await Promise.all(taken.map((orphan) => lookAfter(orphan, dependencies)));
  }

  const stopSweeps = clock.every(limits.everyMs, () => {
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

  return {
    streamEnded(callSid) {
      if (ended.has(callSid) || ended.size >= limits.endedStreams || calls.attended().includes(callSid)) return;
      // By then a living holder has renewed its leases: the one that has the call's next stream, or its last words.
      const cancel = clock.after(limits.silentMs, () => {
        ended.delete(callSid);
        seeTo(callSid).catch(observer.leasesFailed);
      });
      ended.set(callSid, cancel);
    },
    stop() {
      stopSweeps();
      for (const cancel of ended.values()) cancel();
    },
  };
}

async function lookAfter({ callSid, endedAt }: OrphanedCall, dependencies: OrphanDependencies): Promise<void> {
  const { control, recorder, clock, observer } = dependencies;
  if (endedAt !== null) return closeRecord(callSid, endedAt, dependencies);
  const result = await control.resumeCall(callSid);
  if (!result.ok)
    observer.controlFailed(result.failure); // its lease runs out again
  else if (result.wasOver) recorder.over(callSid, clock.wallMs());
  if (result.ok) observer.orphan(result.wasOver ? 'over' : 'resumed');
}

/**
 * A call that ended, and whose holder died before it had said its last: what that had not heard is blind time, what it had
 * not recorded any more may stand in the copy.
 */
async function closeRecord(
  callSid: CallSid,
  endedAt: number,
  { leases, memories, recorder, observer }: OrphanDependencies,
): Promise<void> {
  const memory = await memories.recall(callSid);
  if (memory === 'unknown') return; // its lease runs out again
  if (memory !== null) recordWindow(recorder, callSid, memory);
  const unheardMs = memory === null || memory.phase === 'over' ? 0 : Math.max(0, endedAt - memory.answeredUntil);
  await leases.close(callSid, (memory?.blindMs ?? 0) + unheardMs);
  if (unheardMs > 0) observer.unheard(callSid, unheardMs);
}
