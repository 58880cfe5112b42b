import type { AnnouncedCall, Call, FoundOwner } from '../call/call.ts';
import { withinDeadline } from '../call/clock.ts';
import type { ScamType } from '../call/facts.ts';
import { utteranceIdOf } from '../call/ids.ts';
import { isAtLeast, NO_RISK, type RiskAssessment } from '../call/risk.ts';
import type { Utterance } from '../call/utterance.ts';
import { startScoring, type Verdict } from '../scoring/scoring-loop.ts';
import type { TranscriptSegment } from '../transcription/transcriber.ts';
import { watchBlindTime } from './blind-watch.ts';
import { createCallAlerts } from './call-alerts.ts';
import { type AudioSink, createCallAudio, type StreamEnd } from './call-audio.ts';
import { createCallContinuity, type RememberedState } from './call-continuity.ts';
import { createCallLanguage } from './call-language.ts';
import type { Recalled } from './call-memories.ts';
import { farBeyond } from './call-memory.ts';
import { recallCall } from './call-recall.ts';
import { recordWindow } from './call-recorder.ts';
import { awaitStream } from './lost-stream.ts';
import type { SessionDependencies } from './session-dependencies.ts';

/** How a session ends: with the call, or on this instance only: given away on purpose, or gone to another already. */
export type SessionEnd = 'completed' | 'handed-over' | 'taken-over';

/** One live call, from its first stream to its end: audio in; words, risk and alerts out. */
export interface CallSession {
  readonly call: Call;
  /**
   * Begins a media stream. The newest of a call wins: `release` is called when this one no longer counts. Null when the
   * session is ending.
   */
  attach(release: () => void): AudioSink | null;
  /** `lost`: its stream broke, and may open again on any instance. */
  readonly state: 'live' | 'lost' | 'ending';
  /** Idempotent. Resolves when the last words are scored and recorded. */
  end(how: SessionEnd): Promise<void>;
}

export function startCallSession(
  { call, isResumed, attestation, ...announced }: AnnouncedCall,
  dependencies: SessionDependencies,
  onEnded: () => void,
): CallSession {
  const { clock, transcriber, scoring, findOwner, raiseAlert, tellInterruption, feed } = dependencies;
  const { recorder, memories, limits, observer } = dependencies;
  const { callSid } = call;
  let owner: FoundOwner | null = null;
  let utterances = 0;
  let isLost = false;
  let assessment: RiskAssessment = NO_RISK;
  let scamType: ScamType = 'none';
  let ending: Promise<void> | null = null;
  let endedAt: number | null = null;
  const over = new AbortController();
  const cancelLongest = clock.after(limits.longestCallMs, () => void end('completed'));
  let cancelEnd = (): void => undefined;
  const ownerFound = findOwner(call);
  const failed = (error: unknown): void => observer.failed(call, error);
  const alerts = createCallAlerts({ call, ownerFound, clock, raiseAlert, failed });
  const language = createCallLanguage(announced.language, dependencies.language, onLanguage);
  const loop = startScoring(scoring, onVerdict);
  const audio = createCallAudio({ callSid, language: language.spoken }, transcriber, clock, {
    segment: onSegment,
    attached: onAttached,
    detached: onDetached,
    drained: () => continuity.left(),
    failed,
  });

  const continuity = createCallContinuity(callSid, dependencies.instanceId, memories, clock, limits, stateOf);

  const blindWatch = watchBlindTime({
    clock,
    limitMs: limits.blindAlertMs,
    isAtRisk: () => isAtLeast(assessment.level, 'elevated'),
    unheardMs: () => blindMs() + audio.lostMs,
    isElsewhere: async () => !continuity.isHere && (await continuity.isElsewhere()),
    onBlind,
  });

  recorder.taken(call, clock.wallMs());
  loop.spokenIn(language.spoken());
  if (!isResumed) feed.publish({ type: 'call.started', callSid, at: clock.wallMs(), userId: call.userId });
  const recall = recallCall({ callSid, isResumed }, memories, over.signal, {
    recalled: restore,
    settled: onSettled,
    nextUtterance: () => utterances + 1,
    failed,
  });
  ownerFound.then(onOwner, failed);

  /** Takes up what another instance left. Its last words and facts may not have reached the record. */
  function restore(memory: Recalled): void {
    if (memory !== null && memory !== 'unknown') {
      continuity.resume(memory);
      language.learn(memory.language);
      utterances = Math.max(utterances, memory.utterances);
      alerts.restore(memory.raised);
      recordWindow(recorder, callSid, memory);
      loop.restore(memory.scoring);
    } else utterances ||= farBeyond(clock.wallMs());
    observer.resumed(call, { utterances, gapMs: continuity.gapMs });
  }

  function onSettled(): void {
    continuity.save();
    record();
  }

  /** Null as long as it is not known what the call brought along. */
  function stateOf(): RememberedState | null {
    if (recall.isPending) return null;
    const known = { language: language.known, utterances, raised: alerts.steps, scoring: loop.memory() };
    return { ...known, blindMs: blindMs(), unansweredSinceMs: audio.unansweredSinceMs };
  }

  const blindMs = (): number => continuity.blindBeforeMs + audio.blindMs;

  function onOwner(found: FoundOwner | null): void {
    owner = found;
    if (found === null) void end('completed');
    else recall.after(() => learn(found));
  }

  /** What the call brought along stays, whatever the record says meanwhile. */
  function learn({ isCalling, caller, sensitivity, language: own }: FoundOwner): void {
    language.learn(own);
    loop.learn({ attestation: isCalling ? null : attestation, caller, sensitivity });
    onSettled();
  }

  function onLanguage(): void {
    loop.spokenIn(language.spoken());
    audio.languageChanged();
  }

  function onAttached(): void {
    cancelEnd();
    isLost = false;
    continuity.stay();
  }

  function onDetached(reason: StreamEnd): void {
    cancelEnd();
    isLost = reason === 'lost';
    continuity.leave();
    cancelEnd = awaitStream(clock, continuity, reason === 'stopped' ? limits.afterStopMs : limits.resumeMs, end);
  }

  function record(): void {
    if (recall.isPending && endedAt === null) return;
    const status = endedAt === null ? 'in-progress' : 'completed';
    const { level: risk } = assessment;
    const [{ priors }, modelUsage] = [loop, loop.usage()];
    recorder.callState({ call, owner, priors, status, risk, scamType, blindMs: blindMs(), modelUsage, endedAt });
  }

  function onSegment(segment: TranscriptSegment, ageMs: number): void {
    const at = clock.wallMs();
    recall.after(() => hear(segment, ageMs, at));
  }

  function hear({ isFinal, speaker, text, startMs, endMs }: TranscriptSegment, ageMs: number, at: number): void {
    if (!isFinal) {
      feed.publish({ type: 'transcript.interim', callSid, at, speaker, text });
      return;
    }
    utterances += 1;
    const { offsetMs } = continuity;
    const utterance: Utterance = {
      id: utteranceIdOf(utterances),
      speaker,
      text,
      startMs: startMs + offsetMs,
      endMs: endMs + offsetMs,
    };
    const spokenAt = at - ageMs;
    alerts.heard(utterance, { spokenAt, heardAt: at });
    observer.transcribed(ageMs);
    recorder.utterance(callSid, utterance, spokenAt);
    feed.publish({ type: 'transcript.final', callSid, at, utterance });
    loop.hear(utterance);
    continuity.save();
  }

  function onVerdict({ analysis, newFacts, isNews, utterance }: Verdict): void {
    assessment = analysis.assessment;
    scamType = analysis.scamType;
    const { level, score, because } = assessment;
    if (isNews) {
      const at = clock.wallMs();
      recorder.analysis(callSid, analysis, newFacts);
      record();
      feed.publish({ type: 'risk.changed', callSid, at, risk: level, score, scamType, because, facts: newFacts });
    } else if (analysis.finder === 'model') record();
    alerts.consider(analysis, utterance);
  }

  function onBlind(unheardMs: number): void {
    observer.interrupted(call, unheardMs);
    feed.publish({ type: 'call.blind', callSid, at: clock.wallMs(), risk: assessment.level, blindMs: unheardMs });
    alerts.tell((found) => tellInterruption(call, found));
  }

  function end(how: SessionEnd): Promise<void> {
    ending ??= finish(how).catch(failed);
    return ending;
  }

  async function finish(how: SessionEnd): Promise<void> {
    const overAt = clock.wallMs();
    cancelEnd();
    cancelLongest();
    continuity.stop();
    blindWatch.stop();
    over.abort();
    await recall.waited;
    const seenBlindMs = audio.blindMs;
    try {
      if (how === 'handed-over') continuity.leave();
      const drained = audio.finish(how === 'completed' ? limits.stopMs : 0);
      if (how === 'completed') await drained.then(loop.finish).then(blindWatch.check);
      else await withinDeadline(clock, limits.handOverMs, drained.finally(loop.stop));
      // An alert that cannot be recorded yet goes on trying after the call.
      await withinDeadline(clock, limits.alertMs, alerts.recorded());
    } finally {
      if (how === 'completed') endedAt = overAt;
      if (how === 'handed-over') continuity.left();
      if (how === 'completed') continuity.over();
      record();
      await withinDeadline(clock, limits.recordMs, Promise.all([recorder.flush(), memories.flush(callSid)]));
      if (how === 'completed')
        feed.publish({ type: 'call.ended', callSid, at: clock.wallMs(), risk: assessment.level, blindMs: blindMs() });
      // What follows a stream that was lost here is the next instance's to count.
      observer.ended(call, continuity.gapMs + (how === 'taken-over' ? seenBlindMs : audio.blindMs));
      onEnded();
    }
  }

  return {
    call,
    attach: (release) => (ending === null ? audio.attach(release) : null),
    get state() {
      if (ending !== null) return 'ending';
      return isLost ? 'lost' : 'live';
    },
    end,
  };
}
