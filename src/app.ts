import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { DeliveryChange } from './alerting/alert-ledger.ts';
import { createRaiseAlert } from './alerting/raise-alert.ts';
import { createTellInterruption } from './alerting/tell-interruption.ts';
import { startUnrecordedAlerts } from './alerting/unrecorded-alerts.ts';
import { registerHealthRoutes } from './api/health.ts';
import type { Clock } from './call/clock.ts';
import { createSteadyClock } from './call/steady-clock.ts';
import type { Config } from './config.ts';
import { startMissingReports } from './delivery/missing-reports.ts';
import { startOutbox } from './delivery/outbox.ts';
import { createSendAhead } from './delivery/send-ahead.ts';
import { createTwilioCallControl } from './delivery/twilio/twilio-call-control.ts';
import { createTwilioClient } from './delivery/twilio/twilio-client.ts';
import { createTwilioRecogniser } from './delivery/twilio/twilio-recogniser.ts';
import { createTwilioSenders, createTwilioStatus } from './delivery/twilio/twilio-senders.ts';
import { openEntrances } from './entrances.ts';
import type { CallFeed } from './feed/call-feed.ts';
import { createHealthOverview } from './health-overview.ts';
import { createHttpServer } from './http/http-server.ts';
import { joinInstances } from './instances.ts';
import { createDiskJournal } from './journal/disk-journal.ts';
import { watchDescriptors } from './observability/descriptors.ts';
import { openLogOutput } from './observability/log-output.ts';
import { createLogger } from './observability/logger.ts';
import { watchLoopLoad } from './observability/loop-load.ts';
import { createMetrics } from './observability/metrics.ts';
import { createObservers } from './observers.ts';
import { createCallReader } from './records/call-reader.ts';
import { openDatabase } from './records/database.ts';
import { createFeedbackStore } from './records/feedback-store.ts';
import { openAlertLedger } from './records/open-alert-ledger.ts';
import { createPostgresCallDirectory } from './records/postgres-call-directory.ts';
import { createPostgresContactBook } from './records/postgres-contact-book.ts';
import { startRetention } from './records/retention.ts';
import { createUserStore } from './records/user-store.ts';
import { startWriteBehind } from './records/write-behind-recorder.ts';
import { guardFactFinder } from './scoring/model-guard.ts';
import { createOpenAIFactFinder } from './scoring/openai/openai-fact-finder.ts';
import { createFindOwner } from './session/find-owner.ts';
import { createLiveCalls } from './session/live-calls.ts';
import { createDeepgramDialer } from './transcription/deepgram/deepgram-socket.ts';
import { createDeepgramTranscriber } from './transcription/deepgram/deepgram-transcriber.ts';
import { createFallback } from './transcription/fallback.ts';

export interface App {
  /** What happens to calls, as the live views see it. */
  readonly feed: CallFeed;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Takes calls from now on. */
  listen(): Promise<{ readonly port: number }>;
  /** Takes no new calls and lets the live ones end; those that last too long go on elsewhere. */
  drain(): Promise<void>;
  /** Hands over the calls that are still live, writes down what is not yet written, and ends. */
  close(): Promise<void>;
}

export interface AppOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly version: string;
  /** The number of this process among several behind one port; null: it is alone there. */
  readonly worker: number | null;
  /** The system's. */
  readonly clock: Clock;
}

/** The whole service, put together in the order in which a call passes through it. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, databaseUrl, version, worker, clock: system } = options;
  const { limits, instanceId, baseUrl, policy } = config;
  const clock = createSteadyClock(system, limits.clock);
  const random = Math.random;
  const metrics = createMetrics(worker, clock);
  const log = openLogOutput(clock, { lost: () => metrics.logLinesLost.inc(), held: metrics.logHeld });
  const logger = createLogger(config.logLevel, instanceId, log);
  const observers = createObservers(metrics, logger, clock);
  const { databaseFailed } = observers;
  const descriptors = await watchDescriptors(clock, limits.descriptors, observers.connectionRefused);

  // Beneath: the record, the other instances, the carrier.
  const database = openDatabase(databaseUrl);
  const { db } = database;
  const stopFollowing = clock.follow(database.now, observers.clock);
  const recorder = startWriteBehind(db, clock, instanceId, limits.writeBehind, observers.records);
  const keeping = { ...config.retention, ...limits.retention };
  const stopRetention = startRetention(db, clock, keeping, databaseFailed('retention'));
  const directory = createPostgresCallDirectory(db);
  const users = createUserStore(db);
  const instances = joinInstances(config, db, clock, observers);
  const { feed, memories } = instances;
  const twilio = createTwilioClient(config.twilio);

  // Alerting and delivery.
  const recording = { instanceId, ...limits.outbox };
  const ledger = openAlertLedger({ db, databaseUrl, clock }, recording, databaseFailed('rehearse_alert'));
  const senders = createTwilioSenders({ client: twilio, sender: config.twilio.sender, baseUrl });
  const outbox = startOutbox({
    ledger,
    senders,
    clock,
    random,
    limits: limits.outbox,
    observer: { ...observers.outbox, changed: publishDelivery },
  });
  const journal = createDiskJournal(config.journalDirectory, clock, limits.journal, observers.journal);
  const unrecorded = startUnrecordedAlerts({
    ledger,
    journal,
    sendAhead: createSendAhead(senders.sms, clock, random, limits.outbox),
    clock,
    limits: { ...limits.outbox, ...limits.unrecorded },
    wakeOutbox: outbox.wake,
    observer: { ...observers.unrecorded, changed: publishDelivery },
  });
  const raiseAlert = createRaiseAlert({
    ledger,
    unrecorded,
    feed,
    clock,
    recordMs: limits.unrecorded.recordMs,
    outbox,
    observer: observers.alerts,
  });
  const stopMissingReports = startMissingReports({
    ledger,
    statusOf: createTwilioStatus({ client: twilio }),
    report: unrecorded.report,
    clock,
    limits: limits.missingReports,
    observer: observers.missingReports,
  });
  const tellInterruption = createTellInterruption(ledger, outbox.wake, observers.alerts.ledgerFailed);

  // Transcription and scoring.
  const carrier = createTwilioRecogniser({ client: twilio, baseUrl, instanceId });
  const fallback = createFallback({ carrier, clock, random, limits: limits.fallback, observer: observers.fallback });
  const load = watchLoopLoad(clock, limits.load, observers.loopLate);
  const transcriber = createDeepgramTranscriber({
    dial: createDeepgramDialer(config.deepgram),
    clock,
    random,
    limits: limits.deepgram,
    observer: observers.deepgram,
    fallback,
  });
  const { deadlineMs } = limits.scoring.reading;
  const factFinder = config.openai && createOpenAIFactFinder({ ...config.openai, deadlineMs });
  const model = factFinder && guardFactFinder(factFinder, clock, limits.model);

  // The live calls.
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one for each call whose owner is still being looked for
  const admission = { maxCalls: config.maxCalls, isShort: () => descriptors.areShort, isLate: load.isLate };
  const calls = createLiveCalls(admission, {
    clock,
    transcriber,
    scoring: { clock, policy, model, limits: limits.scoring, observer: observers.scoring },
    findOwner: createFindOwner(directory, databaseFailed('find_owner'), closing.signal),
    raiseAlert,
    tellInterruption,
    feed,
    recorder,
    memories,
    instanceId,
    language: config.language,
    limits: limits.session,
    observer: observers.session,
  });
  metrics.trackActiveCalls(() => calls.size);
  const control = createTwilioCallControl(twilio, baseUrl);
  const attendance = instances.attend({ calls, control, recorder, transcribed: fallback.hear });

  // All that comes in.
  let isDraining = false;
  const isReady = (): boolean => !isDraining;
  const redis = instances.ping === null ? null : { ping: instances.ping };
  const watched = { clock, database, redis, journal, descriptors, load, log, twilio };
  const health = createHealthOverview(config, isReady, watched);
  const server = await createHttpServer({ ...config, logger, metrics, descriptors });
  await openEntrances(server, {
    config,
    clock,
    calls,
    directory,
    memories,
    recorder,
    feed,
    users,
    readCall: createCallReader(db),
    feedback: createFeedbackStore(db),
    contacts: createPostgresContactBook(db),
    attendance,
    isBusy: load.isBusy,
    observers,
    wakeOutbox: outbox.wake,
    applyReport: unrecorded.report,
  });
  registerHealthRoutes(server, {
    health,
    metrics,
    version,
    environment: config.environment,
    security: { signaturesChecked: true, httpsEnforced: config.enforceHttps, exampleKeysRefused: config.isExposed },
  });

  function publishDelivery({ alert, ...change }: DeliveryChange): void {
    if (alert !== null) feed.publish({ type: 'alert.delivery', at: clock.wallMs(), ...alert, ...change });
  }

  return {
    feed,
    metrics: metrics.scrape,
    async listen() {
      await server.listen({ host: config.host, port: config.port });
      const { port } = server.server.address() as AddressInfo;
      logger.info(
        { port, baseUrl, database: 'postgres', redis: instances.ping !== null, model: model !== null },
        'listening',
      );
      void health.check('twilio'); // opens the first connection, so that no alert waits for it
      return { port };
    },
    async drain() {
      isDraining = true;
      logger.info({ calls: calls.size, deadlineMs: config.drainTimeoutMs }, 'draining');
      await calls.drain({ deadlineMs: config.drainTimeoutMs });
    },
    async close() {
      isDraining = true;
      await calls.drain({ deadlineMs: 0 });
      attendance.stop();
      closing.abort();
      await server.close();
      stopMissingReports();
      await unrecorded.stop();
      await outbox.stop();
      await recorder.close();
      stopRetention();
      descriptors.stop();
      load.stop();
      stopFollowing();
      await instances.close();
      await Promise.all([database.close(), ledger.close()]);
      logger.info('closed');
    },
  };
}
