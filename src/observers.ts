import type { RaiseAlertDependencies } from './alerting/raise-alert.ts';
import type { UnrecordedAlertsObserver } from './alerting/unrecorded-alerts.ts';
import type { Clock } from './call/clock.ts';
import type { SteadyClockObserver } from './call/steady-clock.ts';
import type { MissingReportsDependencies } from './delivery/missing-reports.ts';
import type { OutboxObserver } from './delivery/outbox.ts';
import type { RedisLinkObserver } from './feed/redis-link.ts';
import type { SharedFeedObserver } from './feed/shared-feed.ts';
import type { MediaStreamObserver } from './ingress/media-stream.ts';
import type { VoiceWebhookDependencies } from './ingress/voice-webhooks.ts';
import type { DiskJournalObserver } from './journal/disk-journal.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import { databaseErrorCode } from './records/database.ts';
import type { WriteBehindObserver } from './records/write-behind-recorder.ts';
import type { ScoringObserver } from './scoring/scoring-loop.ts';
import type { CallCommandDependencies } from './session/call-commands.ts';
import type { OrphanDependencies } from './session/orphaned-calls.ts';
import type { SessionObserver } from './session/session-dependencies.ts';
import type { DeepgramObserver } from './transcription/deepgram/deepgram-dependencies.ts';
import type { FallbackObserver } from './transcription/fallback.ts';

export type Observers = ReturnType<typeof createObservers>;

/** What is counted and logged of each stage: the stages report, and know neither the metrics nor the log. */
export function createObservers(metrics: Metrics, logger: Logger, clock: Clock) {
  /** Another instance may have seen the moment, by a clock of its own. */
  const secondsSince = (at: number): number => Math.max(0, clock.wallMs() - at) / 1_000;

  const databaseFailed =
    (operation: string) =>
    (error: unknown): void => {
      metrics.databaseFailures.inc({ operation });
      logger.warn({ operation, code: databaseErrorCode(error) }, 'the database failed');
    };

  const mediaStream: MediaStreamObserver = {
    frame: (outcome) => metrics.mediaFrames.count(outcome),
    stream: (outcome) => metrics.streams.inc({ outcome }),
    failed: (error) => logger.error({ err: error }, 'a media stream broke'),
  };

  const voice: VoiceWebhookDependencies['observer'] = {
    unmonitored(reason) {
      metrics.unmonitoredCalls.inc({ reason });
      logger.error({ reason }, 'a call goes on without monitoring');
    },
    streamError: (callSid, error) => logger.warn({ callSid, error }, 'Twilio lost a media stream'),
    directoryFailed: databaseFailed('find_owner'),
  };

  const deepgram: DeepgramObserver = {
    reconnecting: () => metrics.sttReconnects.inc(),
    connectionLost({ callSid }, { code, message: reason }) {
      metrics.sttConnectionsLost.inc();
      logger.warn({ callSid, code, reason }, 'the recogniser was lost');
    },
    brokenMessage: () => metrics.sttBrokenMessages.inc(),
    forwarded: (ms) => metrics.mediaForward.observe(ms / 1_000),
  };

  const fallback: FallbackObserver = {
    event: (event) => metrics.sttFallback.inc({ event }),
    failed: (callSid, { code, message: reason }) =>
      logger.warn({ callSid, code, reason }, "Twilio's recogniser failed"),
  };

  const scoring: ScoringObserver = {
    sliceBegins: metrics.timeSlices('scoring'),
    scored: (scorer, ms) => metrics.scoring.observe({ scorer }, ms / 1_000),
    spent({ inputTokens, cachedInputTokens, outputTokens }) {
      metrics.llmTokens.inc({ kind: 'input' }, inputTokens);
      metrics.llmTokens.inc({ kind: 'cached_input' }, cachedInputTokens);
      metrics.llmTokens.inc({ kind: 'output' }, outputTokens);
    },
    modelFailed({ code, message: reason, retryable, retryAfterMs }) {
      metrics.llmFailures.inc({ retryable: String(retryable) });
      // What is left alone though nothing is to be gained by waiting is for the operator to put right.
      const isSettings = !retryable && retryAfterMs !== undefined;
      logger[isSettings ? 'warn' : 'debug']({ code, reason }, 'the language model did not answer');
    },
    failed: (error) => logger.error({ err: error }, 'the scoring of a window broke'),
  };

  const session: SessionObserver = {
    transcribed: (latencyMs) => metrics.transcriptionLatency.observe(latencyMs),
    interrupted: ({ callSid }, blindMs) => logger.warn({ callSid, blindMs }, 'a call at risk could not be heard'),
    resumed: ({ callSid }, known) => logger.info({ callSid, ...known }, 'a call goes on here'),
    ended({ callSid }, blindMs) {
      metrics.blindSeconds.inc(blindMs / 1_000);
      logger.info({ callSid, blindMs }, 'a call ended');
    },
    failed: ({ callSid }, error) => logger.error({ callSid, err: error }, 'a call broke'),
  };

  const steadyClock: SteadyClockObserver = {
    stepped(byMs) {
      metrics.clockSteps.inc();
      logger.warn({ byMs }, "the system's time of day jumped");
    },
    compared: (aheadMs) => metrics.clockAhead.set(aheadMs / 1_000),
  };

  const alerts: RaiseAlertDependencies['observer'] = {
    raised({ call: { callSid }, step, analysis: { scamType, assessment } }) {
      metrics.fraudDetections.inc({ fraud_type: scamType });
      logger.info(
        { callSid, step, scamType, score: assessment.score, because: assessment.because },
        'an alert was raised',
      );
    },
    ledgerFailed: databaseFailed('record_alert'),
  };

  const missingReports: MissingReportsDependencies['observer'] = {
    ledgerFailed: databaseFailed('missing_reports'),
    unanswered(error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      logger.warn({ code }, 'the carrier did not say what became of a message');
    },
  };

  const outbox: Omit<OutboxObserver, 'changed'> = {
    attempting({ alert, isEscalation, attempts }) {
      if (alert === null || isEscalation || attempts > 1) return;
      metrics.alertDispatch.observe(secondsSince(alert.decidedAt));
    },
    settled({ deliveryId, channel, alert, isEscalation }, outcome) {
      metrics.alertDeliveries.inc({ channel, outcome: outcome.type });
      if (outcome.type === 'accepted') {
        if (alert !== null && !isEscalation) metrics.alertLatency.observe(secondsSince(alert.spokenAt));
      } else logger.warn({ deliveryId, outcome: outcome.type, code: outcome.code }, 'a message was not accepted');
    },
    ledgerFailed: databaseFailed('outbox'),
  };

  const unrecorded: Omit<UnrecordedAlertsObserver, 'changed'> = {
    sent({ alertId, spokenAt }, outcome) {
      metrics.alertDeliveries.inc({ channel: 'sms', outcome: outcome.type });
      if (outcome.type === 'accepted') metrics.alertLatency.observe(secondsSince(spokenAt));
      else logger.warn({ alertId, outcome: outcome.type, code: outcome.code }, 'a message was not accepted');
    },
    reported: ({ channel }, { status }) => metrics.alertDeliveries.inc({ channel, outcome: status }),
    leaving({ call: { callSid }, step }, isKept) {
      if (isKept) {
        metrics.alertsJournalled.inc();
        logger.warn({ callSid, step }, 'an alert leaves before it could be recorded');
      } else {
        metrics.alertsUnkept.inc();
        logger.error({ callSid, step }, 'an alert leaves that neither the database nor the disk took');
      }
    },
    adopted: (entries) => logger.warn({ entries }, 'a journal that another process left is being recorded'),
    refused({ alertId }) {
      metrics.recordsDropped.inc();
      logger.error({ alertId }, 'a journalled alert has no user any more');
    },
    ledgerFailed: databaseFailed('record_sent_alert'),
  };

  const journal: DiskJournalObserver = {
    failed(error) {
      metrics.journalFailures.inc({ reason: 'disk' });
      logger.error({ code: (error as NodeJS.ErrnoException).code }, 'the journal of alerts failed');
    },
    torn(lines) {
      metrics.journalFailures.inc({ reason: 'torn' }, lines);
      logger.warn({ lines }, 'a journal had lines that nobody can read');
    },
  };

  const records: WriteBehindObserver = {
    sliceBegins: metrics.timeSlices('records'),
    dropped: (rows) => metrics.recordsDropped.inc(rows),
    failed(code, isDropped) {
      metrics.databaseFailures.inc({ operation: 'write_behind' });
      logger.warn({ operation: 'write_behind', code, isDropped }, 'the database failed');
    },
  };

  const redis: RedisLinkObserver = {
    connectionChanged: (isConnected) => logger.info({ isConnected }, 'the connection to Redis changed'),
  };

  const feed: SharedFeedObserver = {
    sliceBegins: metrics.timeSlices('feed'),
    unsent: (events) => metrics.feedLost.inc({ to: 'instances' }, events),
    brokenMessage: () => metrics.feedLost.inc({ to: 'viewers' }),
  };

  const commands: CallCommandDependencies['observer'] = {
    endedCall(as, result) {
      const outcome = result.ok ? (result.wasOver ? 'was_over' : 'ended') : 'failed';
      metrics.hangUps.inc({ as, outcome });
      if (!result.ok) logger.warn({ as, code: result.failure.code }, 'a call could not be ended');
    },
    brokenCommand: () => metrics.feedLost.inc({ to: 'instances' }),
    wordsLost: () => metrics.feedLost.inc({ to: 'recogniser' }),
  };

  const orphans: OrphanDependencies['observer'] = {
    orphan: (outcome) => metrics.orphanedCalls.inc({ outcome }),
    unheard(callSid, blindMs) {
      metrics.blindSeconds.inc(blindMs / 1_000);
      logger.warn({ callSid, blindMs }, 'a call ended with its instance');
    },
    controlFailed: ({ code }) => logger.warn({ code }, 'an orphaned call could not be looked after'),
    leasesFailed: databaseFailed('leases'),
  };

  const loopLate = (isLate: boolean, lagMs: number): void => {
    if (isLate) logger.error({ lagMs }, 'the event loop is late: new calls go on without monitoring');
    else logger.info({ lagMs }, 'the event loop keeps up again');
  };

  const memoryFailed = (): void => metrics.feedLost.inc({ to: 'memory' });

  const connectionRefused = (): void => metrics.connectionsRefused.inc();

  const slowViewer = (): void => metrics.feedLost.inc({ to: 'viewers' });

  return {
    databaseFailed,
    mediaStream,
    voice,
    deepgram,
    fallback,
    scoring,
    session,
    clock: steadyClock,
    alerts,
    missingReports,
    outbox,
    unrecorded,
    journal,
    records,
    redis,
    feed,
    commands,
    orphans,
    loopLate,
    memoryFailed,
    connectionRefused,
    slowViewer,
  };
}
