import type { FastifyInstance } from 'fastify';
import type { DeliveryReport } from './alerting/alert-ledger.ts';
import type { ContactBook } from './alerting/contact-book.ts';
import { handleKey, handleReply, readReply } from './alerting/contact-reply.ts';
import { admitOperators } from './api/auth.ts';
import { registerCallRoutes } from './api/calls.ts';
import { registerEventRoutes } from './api/events.ts';
import { registerUserRoutes } from './api/users.ts';
import type { Clock } from './call/clock.ts';
import type { Config } from './config.ts';
import type { CallFeed } from './feed/call-feed.ts';
import { registerContactWebhooks } from './ingress/contact-webhooks.ts';
import { registerMediaStream } from './ingress/media-stream.ts';
import { createReadingTurns } from './ingress/reading-turns.ts';
import { createStreamTokens } from './ingress/stream-token.ts';
import { createSignatureCheck } from './ingress/twilio-signature.ts';
import { createTwiml } from './ingress/twiml.ts';
import { registerVoiceWebhooks } from './ingress/voice-webhooks.ts';
import type { Attendance } from './instances.ts';
import type { Observers } from './observers.ts';
import type { CallReader } from './records/call-reader.ts';
import type { FeedbackStore } from './records/feedback-store.ts';
import type { UserStore } from './records/user-store.ts';
import type { CallDirectory } from './session/call-directory.ts';
import type { CallMemories } from './session/call-memories.ts';
import type { CallRecorder } from './session/call-recorder.ts';
import type { LiveCalls } from './session/live-calls.ts';

export interface EntranceDependencies {
  readonly config: Config;
  readonly clock: Clock;
  readonly calls: LiveCalls;
  readonly directory: CallDirectory;
  readonly memories: CallMemories;
  readonly recorder: CallRecorder;
  readonly feed: CallFeed;
  readonly users: UserStore;
  readonly readCall: CallReader;
  readonly feedback: FeedbackStore;
  readonly contacts: ContactBook;
  readonly attendance: Attendance;
  /** Whether the process has much to do. */
  readonly isBusy: () => boolean;
  readonly observers: Observers;
  readonly wakeOutbox: () => void;
  /** False: the report could neither be applied nor be kept. */
  readonly applyReport: (report: DeliveryReport) => Promise<boolean>;
}

/** All that comes in: from Twilio, each kind in a scope of its own, and from operators. */
export async function openEntrances(server: FastifyInstance, dependencies: EntranceDependencies): Promise<void> {
  const { config, clock, calls, directory, memories, recorder, contacts, attendance, observers, wakeOutbox } =
    dependencies;
  const { limits, baseUrl } = config;
  const signatures = createSignatureCheck(config.twilio.authToken, baseUrl);
  const twiml = createTwiml(baseUrl);
  const tokens = createStreamTokens(config.keys.webhookSecret, clock);

  server.register(async (voice) =>
    registerVoiceWebhooks(voice, {
      signatures,
      twiml,
      tokens,
      calls,
      transcribed: attendance.commands.transcribed,
      streamEnded: attendance.streamEnded,
      directory,
      memories,
      recorder,
      clock,
      announcement: config.announcement,
      ...limits.webhook,
      observer: observers.voice,
    }),
  );
  server.register(async (stream) => {
    const turns = createReadingTurns(clock, limits.reading, dependencies.isBusy);
    const observer = observers.mediaStream;
    registerMediaStream(stream, signatures, { clock, turns, tokens, calls, limits: limits.mediaStream, observer });
  });
  server.register(async (webhooks) =>
    registerContactWebhooks(webhooks, {
      signatures,
      twiml,
      onReport: dependencies.applyReport,
      async onMessage(from, text) {
        const answer = await handleReply(readReply(text), from, { contacts, calls: attendance.commands });
        wakeOutbox();
        return answer;
      },
      onKey: (deliveryId, key) => handleKey(key, deliveryId, contacts),
    }),
  );
  await server.register(
    async (api) => {
      await admitOperators(api, config.keys, config.apiRateLimit);
      registerUserRoutes(api, dependencies.users, wakeOutbox);
      registerCallRoutes(api, dependencies.readCall, dependencies.feedback);
      registerEventRoutes(api, dependencies.feed, { clock, ...limits.events, onSlowViewer: observers.slowViewer });
    },
    { prefix: '/api/v1' },
  );
}
