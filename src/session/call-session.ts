import { dueAlertStep } from '../alerting/alert-policy.ts';
import type { RaiseAlert } from '../alerting/raise-alert.ts';
import type { TellInterruption } from '../alerting/tell-interruption.ts';
import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import { type Clock, every, withinDeadline } from '../call/clock.ts';
import type { AlertStep } from '../call/event.ts';
import type { ScamType } from '../call/facts.ts';
import { utteranceIdOf } from '../call/ids.ts';
import { isAtLeast, NO_RISK, type RiskAssessment } from '../call/risk.ts';
import type { Utterance } from '../call/utterance.ts';
import type { CallFeed } from '../feed/call-feed.ts';
import { type ScoringDependencies, startScoring, type Verdict } from '../scoring/scoring-loop.ts';
import type { Transcriber, TranscriptSegment } from '../transcription/transcriber.ts';
import { type AudioSink, createCallAudio, type StreamEnd } from './call-audio.ts';
import type { CallRecorder } from './call-recorder.ts';

export interface SessionDependencies {
  readonly clock: Clock;
  readonly transcriber: Transcriber;
  readonly scoring: ScoringDependencies;
  /** Whose call it is: asks until there is an answer. Null: nobody's. */
  readonly findOwner: (call: Call) => Promise<CallOwner | null>;
  readonly raiseAlert: RaiseAlert;
  readonly tellInterruption: TellInterruption;
  readonly feed: CallFeed;
  readonly recorder: CallRecorder;
  readonly limits: SessionLimits;
  readonly observer: SessionObserver;
}

export interface SessionLimits {
  /** How long a call without a stream is kept, waiting for Twilio's `<Redirect>` to open another. */
  readonly resumeMs: number;
  /** The same after Twilio said `stop`: the call is over, and at most its status callback is still to come. */
  readonly afterStopMs: number;
  /** Twilio ends a call after four hours (https://www.twilio.com/docs/voice/api/call-resource, `TimeLimit`). */
  readonly longestCallMs: number;
  /** How long the end of a call waits for its alerts to be recorded, and for the rest of its record. */
  readonly alertMs: number;
  readonly recordMs: number;
  /** Blind time of a call at risk of which its contacts are told. */
  readonly blindAlertMs: number;
}

/** While a call is blind nothing comes in that could prompt a look. */
const BLIND_CHECK_MS = 1_000;

export interface SessionObserver {
  /** Milliseconds from the arrival of a segment's last audio to its final text. */
  transcribed(latencyMs: number): void;
  /** The contacts of a call at risk are told that it could not be heard for a while. */
  interrupted(call: Call, blindMs: number): void;
  ended(call: Call, blindMs: number): void;
  /** Something of this call broke; the rest of it, and every other call, goes on. */
  failed(call: Call, error: unknown): void;
}

/** How a session ends: with the call, or on this instance only, while the call goes on elsewhere. */
export type SessionEnd = 'completed' | 'handed-over';

/** One live call, from its first stream to its end: audio in; words, risk and alerts out. */
export interface CallSession {
  readonly call: Call;
  /**
   * Begins a media stream. The newest of a call wins: `release` is called when this one no longer counts. Null when the
   * session is ending.
   */
  attach(release: () => void): AudioSink | null;
  readonly isEnding: boolean;
  /** Idempotent. Resolves when the last words are scored and recorded. */
  end(how: SessionEnd): Promise<void>;
}

export function startCallSession(call: Call, dependencies: SessionDependencies, onEnded: () => void): CallSession {
  const { clock, transcriber, scoring, findOwner, raiseAlert, feed, recorder, limits, observer } = dependencies;
  const { callSid } = call;
  const raised = new Set<AlertStep>();
  const raising = new Set<Promise<void>>();
  /** When an utterance's last audio came, and when its final segment came. */
  const arrivals = new WeakMap<Utterance, { readonly spokenAt: number; readonly heardAt: number }>();
  let owner: CallOwner | null = null;
  let utterances = 0;
  let isInterrupted = false;
  let assessment: RiskAssessment = NO_RISK;
  let scamType: ScamType = 'none';
  let ending: Promise<void> | null = null;
  let endedAt: number | null = null;
  const cancelLongest = clock.after(limits.longestCallMs, () => void end('completed'));
  let cancelEnd = (): void => undefined;
  const stopBlindCheck = every(clock, BLIND_CHECK_MS, checkBlindTime);
  const ownerFound = findOwner(call);
  const loop = startScoring(scoring, onVerdict);
  const audio = createCallAudio(callSid, transcriber, clock, {
    segment: onSegment,
    attached: () => cancelEnd(),
    detached: onDetached,
    failed: (error) => observer.failed(call, error),
  });

  feed.publish({ type: 'call.started', callSid, at: clock.wallMs(), userId: call.userId });
  ownerFound.then(onOwner, (error: unknown) => observer.failed(call, error));

  function onOwner(found: CallOwner | null): void {
    owner = found;
    if (found === null) void end('completed');
    else record();
  }

  function onDetached(reason: StreamEnd): void {
    cancelEnd();
    const graceMs = reason === 'stopped' ? limits.afterStopMs : limits.resumeMs;
    cancelEnd = clock.after(graceMs, () => void end('completed'));
  }

  function record(): void {
    const status = endedAt === null ? 'in-progress' : 'completed';
    recorder.callState({ call, owner, status, risk: assessment.level, scamType, blindMs: audio.blindMs, endedAt });
  }

  function onSegment({ isFinal, speaker, text, startMs, endMs }: TranscriptSegment, ageMs: number): void {
    const at = clock.wallMs();
    if (!isFinal) {
      feed.publish({ type: 'transcript.interim', callSid, at, speaker, text });
      return;
    }
    utterances += 1;
    const utterance: Utterance = { id: utteranceIdOf(utterances), speaker, text, startMs, endMs };
    arrivals.set(utterance, { spokenAt: at - ageMs, heardAt: at });
    observer.transcribed(ageMs);
    recorder.utterance(callSid, utterance);
    feed.publish({ type: 'transcript.final', callSid, at, utterance });
    loop.hear(utterance);
  }

  function onVerdict({ analysis, newFacts, utterance }: Verdict): void {
    const before = assessment;
    assessment = analysis.assessment;
    scamType = analysis.scamType;
    const { level, score, because } = assessment;
    if (newFacts.length > 0 || score !== before.score || level !== before.level) {
      const at = clock.wallMs();
      recorder.analysis(callSid, analysis, newFacts);
      record();
      feed.publish({ type: 'risk.changed', callSid, at, risk: level, score, scamType, because, facts: newFacts });
    }
    const step = dueAlertStep(level, raised);
    if (step !== null) raise(step, analysis, utterance);
  }

  function raise(step: AlertStep, analysis: Analysis, utterance: Utterance): void {
    raised.add(step);
    const now = clock.wallMs();
    const { spokenAt, heardAt } = arrivals.get(utterance) ?? { spokenAt: now, heardAt: now };
    const decidedAt = analysis.finder === 'local' ? heardAt : now;
    tell((found) => raiseAlert({ call, owner: found, step, analysis, spokenAt, decidedAt }));
  }

  function checkBlindTime(): void {
    const { blindMs } = audio;
    if (isInterrupted || !isAtLeast(assessment.level, 'elevated') || blindMs <= limits.blindAlertMs) return;
    isInterrupted = true;
    observer.interrupted(call, blindMs);
    feed.publish({ type: 'call.blind', callSid, at: clock.wallMs(), risk: assessment.level, blindMs });
    tell((found) => dependencies.tellInterruption(call, found));
  }

  /** The end of the call waits for it, within limits. */
  function tell(contactsOf: (found: CallOwner) => Promise<void>): void {
    const work = ownerFound
      .then((found) => found && contactsOf(found))
      .then(
        () => undefined,
        (error: unknown) => observer.failed(call, error),
      )
      .finally(() => raising.delete(work));
    raising.add(work);
  }

  function end(how: SessionEnd): Promise<void> {
    ending ??= finish(how).catch((error: unknown) => observer.failed(call, error));
    return ending;
  }

  async function finish(how: SessionEnd): Promise<void> {
    const overAt = clock.wallMs();
    cancelEnd();
    cancelLongest();
    stopBlindCheck();
    try {
      await audio.finish();
      await loop.finish();
      checkBlindTime();
      // An alert that cannot be recorded yet goes on trying after the call.
      await withinDeadline(clock, limits.alertMs, Promise.all(raising));
    } finally {
      const { blindMs } = audio;
      if (how === 'completed') endedAt = overAt;
      record();
      await withinDeadline(clock, limits.recordMs, recorder.flush());
      if (how === 'completed') {
        feed.publish({ type: 'call.ended', callSid, at: clock.wallMs(), risk: assessment.level, blindMs });
      }
      observer.ended(call, blindMs);
      onEnded();
    }
  }

  return {
    call,
    attach: (release) => (ending === null ? audio.attach(release) : null),
    get isEnding() {
      return ending !== null;
    },
    end,
  };
}
