import type { AddressInfo } from 'node:net';
import type { DeliveryChange } from './alerting/alert-ledger.ts';
import { handleKey, handleReply, readReply } from './alerting/contact-reply.ts';
import { createRaiseAlert } from './alerting/raise-alert.ts';
import { createTellInterruption } from './alerting/tell-interruption.ts';
import { admitOperators } from './api/auth.ts';
import { registerCallRoutes } from './api/calls.ts';
import { registerEventRoutes } from './api/events.ts';
import { registerHealthRoutes } from './api/health.ts';
import { registerUserRoutes } from './api/users.ts';
import { systemClock } from './call/clock.ts';
import type { Config } from './config.ts';
import { startOutbox } from './delivery/outbox.ts';
import { createTwilioCallControl } from './delivery/twilio/twilio-call-control.ts';
import { createTwilioClient } from './delivery/twilio/twilio-client.ts';
import { createTwilioSenders } from './delivery/twilio/twilio-senders.ts';
import { type CallFeed, createLocalFeed } from './feed/call-feed.ts';
import { connectRedisFeed } from './feed/redis-feed.ts';
import { createHttpServer } from './http/http-server.ts';
import { registerContactWebhooks } from './ingress/contact-webhooks.ts';
import { registerMediaStream } from './ingress/media-stream.ts';
import { createStreamTokens } from './ingress/stream-token.ts';
import { createSignatureCheck } from './ingress/twilio-signature.ts';
import { createTwiml } from './ingress/twiml.ts';
import { registerVoiceWebhooks } from './ingress/voice-webhooks.ts';
import { createHealth } from './observability/health.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { createObservers } from './observers.ts';
import { providerProbes } from './provider-probes.ts';
import { createCallReader } from './records/call-reader.ts';
import { openDatabase } from './records/database.ts';
import { createPostgresAlertLedger } from './records/postgres-alert-ledger.ts';
import { createPostgresCallDirectory } from './records/postgres-call-directory.ts';
import { createPostgresContactBook } from './records/postgres-contact-book.ts';
import { startRetention } from './records/retention.ts';
import { createUserStore } from './records/user-store.ts';
import { startWriteBehind } from './records/write-behind-recorder.ts';
import { DEFAULT_POLICY } from './scoring/default-policy.ts';
import { guardFactFinder } from './scoring/model-guard.ts';
import { createOpenAIFactFinder } from './scoring/openai/openai-fact-finder.ts';
import { createFindOwner } from './session/find-owner.ts';
import { createLiveCalls } from './session/live-calls.ts';
import { createDeepgramDialer } from './transcription/deepgram/deepgram-socket.ts';
import { createDeepgramTranscriber } from './transcription/deepgram/deepgram-transcriber.ts';

export interface App {
  /** What happens to calls, as the live views see it. */
  readonly feed: CallFeed;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Takes calls from now on. Resolves to the address. */
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
}

/** The whole service, put together in the order in which a call passes through it. */
export async function createApp({ config, databaseUrl, version }: AppOptions): Promise<App> {
  const { limits, instanceId, baseUrl } = config;
  const clock = systemClock;
  const random = Math.random;
  const logger = createLogger(config.logLevel, instanceId);
  const metrics = createMetrics();
  const observers = createObservers(metrics, logger, clock);

  // Beneath: the record, the feed, the carrier.
  const database = openDatabase(databaseUrl);
  const { db } = database;
  const recorder = startWriteBehind(db, clock, instanceId, limits.writeBehind, observers.records);
  const stopRetention = startRetention(db, clock, { ...config.retention, ...limits.retention }, (error) =>
    observers.databaseFailed('retention', error),
  );
  const directory = createPostgresCallDirectory(db);
  const users = createUserStore(db);
  const redisFeed =
    config.redisUrl === null ? null : connectRedisFeed(config.redisUrl, instanceId, clock, observers.redis);
  const feed = redisFeed ?? createLocalFeed();
  const twilio = createTwilioClient(config.twilio);

  // Alerting and delivery.
  const ledger = createPostgresAlertLedger(db, { instanceId, ...limits.outbox });
  const outbox = startOutbox({
    ledger,
    senders: createTwilioSenders({ client: twilio, sender: config.twilio.sender, baseUrl }),
    clock,
    random,
    limits: limits.outbox,
    observer: { ...observers.outbox, changed: publishDelivery },
  });
  const raiseAlert = createRaiseAlert({
    ledger,
    feed,
    clock,
    wakeOutbox: outbox.wake,
    observer: observers.alerts,
  });
  const tellInterruption = createTellInterruption(ledger, outbox.wake, observers.alerts.ledgerFailed);

  // Transcription and scoring.
  const transcriber = createDeepgramTranscriber({
    dial: createDeepgramDialer(config.deepgram),
    clock,
    random,
    limits: limits.deepgram,
    observer: observers.deepgram,
  });
  const deadlineMs = limits.scoring.modelDeadlineMs;
  const model =
    config.openai === null
      ? null
      : guardFactFinder(
          createOpenAIFactFinder({ ...config.openai, deadlineMs }, observers.tokens),
          clock,
          limits.model,
        );

  // The live calls.
  const closing = new AbortController();
  const calls = createLiveCalls(config.maxCalls, {
    clock,
    transcriber,
    scoring: { clock, policy: DEFAULT_POLICY, model, limits: limits.scoring, observer: observers.scoring },
    findOwner: createFindOwner(directory, (error) => observers.databaseFailed('find_owner', error), closing.signal),
    raiseAlert,
    tellInterruption,
    feed,
    recorder,
    limits: limits.session,
    observer: observers.session,
  });
  metrics.trackActiveCalls(() => calls.size);

  // All that comes in.
  let isDraining = false;
  const health = createHealth({
    clock,
    isReady: () => !isDraining,
    probes: providerProbes({ database: database.ping, redis: redisFeed?.ping ?? null, twilio, config }),
  });
  const server = await createHttpServer({ ...config, logger, metrics });
  const signatures = createSignatureCheck(config.twilio.authToken, baseUrl);
  const twiml = createTwiml(baseUrl);
  const tokens = createStreamTokens(config.keys.webhookSecret, clock);
  const contacts = createPostgresContactBook(db);
  const callControl = createTwilioCallControl(twilio);

  server.register(async (voice) =>
    registerVoiceWebhooks(voice, {
      signatures,
      twiml,
      tokens,
      calls,
      directory,
      recorder,
      clock,
      announcement: config.announcement,
      ...limits.webhook,
      observer: observers.voice,
    }),
  );
  server.register(async (stream) => {
    const observer = observers.mediaStream;
    registerMediaStream(stream, signatures, { clock, tokens, calls, limits: limits.mediaStream, observer });
  });
  server.register(async (webhooks) =>
    registerContactWebhooks(webhooks, {
      signatures,
      twiml,
      async onReport(report) {
        const change = await ledger.applyReport(report);
        if (change === null) return;
        metrics.alertDeliveries.inc({ channel: report.channel, outcome: change.status });
        publishDelivery(change);
      },
      async onMessage(from, text) {
        const answer = await handleReply(readReply(text), from, { contacts, calls: callControl });
        outbox.wake();
        return answer;
      },
      onKey: (deliveryId, key) => handleKey(key, deliveryId, contacts),
    }),
  );
  await server.register(
    async (api) => {
      await admitOperators(api, config.keys, config.apiRateLimit);
      registerUserRoutes(api, users, outbox.wake);
      registerCallRoutes(api, createCallReader(db));
      registerEventRoutes(api, feed, { clock, ...limits.events, onSlowViewer: observers.slowViewer });
    },
    { prefix: '/api/v1' },
  );
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
    metrics: () => metrics.registry.metrics(),
    async listen() {
      await server.listen({ host: config.host, port: config.port });
      const { port } = server.server.address() as AddressInfo;
      logger.info(
        { port, baseUrl, database: 'postgres', redis: redisFeed !== null, model: model !== null },
        'listening',
      );
      // Also opens the first connections, so that no alert waits for them.
      const { status, checks } = await health.report();
      logger.info({ status, checks }, 'health at the start');
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
      closing.abort();
      await server.close();
      await outbox.stop();
      await recorder.close();
      stopRetention();
      await feed.close();
      await database.close();
      logger.info('closed');
    },
  };
}
