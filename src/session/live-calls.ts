import type { AnnouncedCall } from '../call/call.ts';
import type { Clock } from '../call/clock.ts';
import type { CallSid } from '../call/ids.ts';
import { type CallSession, startCallSession } from './call-session.ts';
import type { SessionDependencies } from './session-dependencies.ts';

/** The calls that this process holds. */
export interface LiveCalls {
  /** The session of a call, new or known; `at-capacity` when the process cannot take one more. */
  admit(announced: AnnouncedCall): CallSession | 'at-capacity';
  /** Whether a stream of this call would be taken now; `isNew`: it never had one. */
  expects(callSid: CallSid, isNew: boolean): 'yes' | 'soon' | Refusal;
  has(callSid: CallSid): boolean;
  /** The calls that this instance answers for: all but those whose stream was lost, and may open elsewhere. */
  attended(): CallSid[];
  readonly size: number;
  /** Ends the session of a call that is over; null when this process holds none. */
  end(callSid: CallSid): Promise<void> | null;
  /** Resolves when every call has ended; those that last longer than `deadlineMs` are handed over to other instances. */
  drain(options: { readonly deadlineMs: number }): Promise<void>;
}

/** Why a call goes on without monitoring for now: there is no room for it, or what is live would suffer. */
export type Refusal = 'at-capacity' | 'late';

export interface Admission {
  readonly maxCalls: number;
  /** What a call takes of the system is short. */
  isShort(): boolean;
  /** The process does not keep up with the calls that it has. */
  isLate(): boolean;
}

const DRAIN_CHECK_MS = 50;

export function createLiveCalls(
  { maxCalls, isShort, isLate }: Admission,
  dependencies: SessionDependencies,
): LiveCalls {
  const { clock } = dependencies;
  const sessions = new Map<CallSid, CallSession>();
  const isFull = (): boolean => sessions.size >= maxCalls || isShort();

  return {
    admit(announced) {
      const { call } = announced;
      const known = sessions.get(call.callSid);
      if (known !== undefined) return known;
      if (isFull()) return 'at-capacity';
      const session = startCallSession(announced, dependencies, () => sessions.delete(call.callSid));
      sessions.set(call.callSid, session);
      return session;
    },
    expects(callSid, isNew) {
      const known = sessions.get(callSid);
      if (known !== undefined) return known.state === 'ending' ? 'soon' : 'yes';
      if (isFull()) return 'at-capacity';
      // Calls that come from elsewhere were heard before, and what they told is at stake. Without any call the process is
      // late for another reason, which a refusal would not mend.
      return isNew && sessions.size > 0 && isLate() ? 'late' : 'yes';
    },
    attended: () => [...sessions].filter(([, { state }]) => state !== 'lost').map(([callSid]) => callSid),
    has: (callSid) => sessions.has(callSid),
    get size() {
      return sessions.size;
    },
    end: (callSid) => sessions.get(callSid)?.end('completed') ?? null,
    async drain({ deadlineMs }) {
      await emptied(sessions, clock, deadlineMs);
      await Promise.all([...sessions.values()].map((session) => session.end('handed-over')));
    },
  };
}

function emptied(sessions: ReadonlyMap<CallSid, CallSession>, clock: Clock, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const endsAtMs = clock.monotonicMs() + deadlineMs;
    const stop = clock.every(DRAIN_CHECK_MS, () => {
      if (sessions.size > 0 && clock.monotonicMs() < endsAtMs) return;
      stop();
      resolve();
    });
  });
}
