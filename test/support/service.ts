import { onTestFinished } from 'vitest';
import type { Escalation } from '../../src/alerting/escalation.ts';
import { type App, createApp } from '../../src/app.ts';
import { type Clock, systemClock } from '../../src/call/clock.ts';
import type { CallEvent } from '../../src/call/event.ts';
import type { ModelUsage } from '../../src/call/model-usage.ts';
import type { Priors } from '../../src/call/priors.ts';
import { readConfig } from '../../src/config.ts';
import type { Limits } from '../../src/limits.ts';
import { createPhoneCall, type PhoneCall, type PhoneCallOptions } from '../../src/simulators/phone-call.ts';
import type { SpeakingPace } from '../../src/simulators/spoken-audio.ts';
import { type StandIns, startStandIns } from '../../src/simulators/stand-ins.ts';
import { postWebhook } from '../../src/simulators/webhook.ts';
import { createTestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { newFolder } from './folder.ts';

export const PUBLIC_ORIGIN = 'https://calls.test';

/** The whole service over real sockets, with stand-ins of the providers, on a database of its own. */
export interface TestService {
  readonly app: App;
  readonly url: string;
  readonly standIns: StandIns;
  /** A request of the operator's, with the admin key. */
  api(method: string, path: string, body?: object): Promise<{ status: number; type: string; json: never }>;
  webhook(path: string, fields: Record<string, string>): Promise<Response>;
  household(contacts?: ReadonlyArray<'recorded' | 'request'>, escalation?: Escalation): Promise<Household>;
  call(to: string, pace?: SpeakingPace, caller?: Caller): PhoneCall;
  /** A call whose media stream is open. */
  ring(to: string, pace?: SpeakingPace, caller?: Caller): Promise<PhoneCall>;
  /** The call as the API shows it. */
  recordOf(callSid: string): Promise<RecordedCall>;
  messagesTo(number: string): string[];
  /** What the feed has told so far. */
  readonly events: readonly CallEvent[];
  /** Ends the service, and starts it again with the same settings. */
  restart(): Promise<void>;
}

/** Who calls: a number of its own, of which nothing is said, unless something else is. */
export type Caller = Partial<Pick<PhoneCallOptions, 'from' | 'stirVerstat'>>;

export interface Household {
  readonly id: string;
  readonly name: string;
  readonly phoneNumber: string;
  readonly lineNumber: string;
  readonly contacts: ReadonlyArray<{ id: string; phoneNumber: string; status: string }>;
}

export interface RecordedCall {
  readonly status: string;
  readonly risk: string;
  readonly scamType: string;
  readonly priors: Priors | null;
  readonly blindMs: number;
  readonly transcript: ReadonlyArray<{ id: string; speaker: string; text: string; startMs: number; endMs: number }>;
  readonly facts: ReadonlyArray<{ tactic: string; quote: string; stance: string; finder: string }>;
  readonly model: ModelUsage;
  readonly analyses: ReadonlyArray<{ finder: string; promptVersion: string | null }>;
  readonly feedback: ReadonlyArray<{ source: string; contactId: string | null; verdict: string }>;
  readonly interruption: {
    deliveries: ReadonlyArray<{ id: string; contactId: string; status: string }>;
    events: ReadonlyArray<{ type: string }>;
  } | null;
  readonly alerts: ReadonlyArray<{
    id: string;
    step: string;
    acknowledgedAt: string | null;
    falseAlarmAt: string | null;
    deliveries: ReadonlyArray<{
      id: string;
      contactId: string;
      status: string;
      channel: string;
      attempts: number;
      errorCode: string | null;
    }>;
    events: ReadonlyArray<{ type: string; by: string; channel: string | null; detail: string | null }>;
  }>;
}

export interface TestServiceOptions {
  readonly environment?: Record<string, string>;
  readonly limits?: (limits: Limits) => Limits;
  readonly databaseUrl?: string;
  /** What the system's clock says. */
  readonly clock?: Clock;
  /** Of another instance, whose providers this one shares. */
  readonly standIns?: StandIns;
  /** Twilio transcribes calls whose recogniser is away. */
  readonly hasFallback?: boolean;
}

/** Ten times as fast as people speak. */
export const FAST: SpeakingPace = { framesPerWord: 10, pauseFrames: 40 };
const SPEED = 10;

let nextNumber = 2_000_000;
/** A telephone number that no other part of the run uses. */
export const phoneNumber = (): string => `+1212${nextNumber++}`;

export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  let port = 0;
  const url = (): string => `http://127.0.0.1:${port}`;
  const standIns = options.standIns ?? (await startStandIns(url));
  // Deepgram's own recovery alone, where a test does not ask for more: a stalled machine would start the fallback too.
  standIns.twilio.transcriptions.faults.isRefusing = options.hasFallback !== true;
  const { authToken, accountSid, adminKey } = standIns.credentials;
  const config = readConfig({
    ...standIns.environment,
    NODE_ENV: 'test',
    BASE_URL: PUBLIC_ORIGIN,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    JOURNAL_DIR: await newFolder(),
    API_RATE_LIMIT: '1000000',
    DEEPGRAM_CATCH_UP: String(1.25 * SPEED),
    ...options.environment,
  });
  const { quietMs, busyMs } = config.limits.reading;
  const atSpeed = { ...config.limits, reading: { quietMs: quietMs / SPEED, busyMs: busyMs / SPEED } };
  const limits = options.limits?.(atSpeed) ?? atSpeed;
  const databaseUrl = options.databaseUrl ?? (await createTestDatabase());
  const events: CallEvent[] = [];
  let app = await start();
  onTestFinished(async () => {
    await app.close();
    if (options.standIns === undefined) await standIns.stop();
  });

  async function start(): Promise<App> {
    const started = await createApp({
      config: { ...config, limits },
      databaseUrl,
      version: 'test',
      worker: null,
      clock: options.clock ?? systemClock,
    });
    port = (await started.listen()).port;
    started.feed.subscribe((event) => events.push(event));
    return started;
  }

  async function api(method: string, path: string, body?: object) {
    const response = await fetch(`${url()}/api/v1${path}`, {
      method,
      headers: { 'x-api-key': adminKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, json: (text === '' ? null : JSON.parse(text)) as never };
  }

  const newCall = (to: string, pace = FAST, caller: Caller = {}): PhoneCall =>
    createPhoneCall({
      accountSid,
      authToken,
      publicOrigin: PUBLIC_ORIGIN,
      serviceUrl: url,
      from: phoneNumber(),
      to,
      pace,
      speed: SPEED,
      carrier: standIns.twilio,
      ...caller,
    });

  return {
    get app() {
      return app;
    },
    get url() {
      return url();
    },
    standIns,
    events,
    api,
    webhook: (path, fields) =>
      postWebhook({
        authToken,
        serviceUrl: url,
        publicUrl: PUBLIC_ORIGIN + path,
        fields: { AccountSid: accountSid, ...fields },
      }),
    async household(optIns = ['recorded'], escalation) {
      const user = {
        name: 'Rosa Quill',
        phoneNumber: phoneNumber(),
        lineNumber: phoneNumber(),
        mode: 'listen',
        escalation,
      };
      const { id } = (await api('POST', '/users', user)).json as { id: string };
      const contacts = [];
      for (const optIn of optIns) {
        const contact = { name: 'Ann Quill', phoneNumber: phoneNumber(), optIn };
        const added = (await api('POST', `/users/${id}/contacts`, contact)).json as { id: string; status: string };
        contacts.push({ ...added, phoneNumber: contact.phoneNumber });
      }
      return { id, ...user, contacts };
    },
    call: newCall,
    async ring(to, pace, caller) {
      const call = newCall(to, pace, caller);
      await call.dial();
      await call.connect();
      return call;
    },
    recordOf: async (callSid) => (await api('GET', `/calls/${callSid}`)).json as RecordedCall,
    async restart() {
      await app.close();
      app = await start();
    },
    messagesTo: (number) => standIns.twilio.messages.filter(({ to }) => to === number).map(({ body }) => body),
  };
}

/** The record of a call that is over, once all its messages have arrived. */
export const completed = (service: TestService, callSid: string): Promise<RecordedCall> =>
  eventually(async () => {
    // The call may not stand there yet, or the record may not answer.
    const { status, json } = await service.api('GET', `/calls/${callSid}`);
    if (status !== 200) return false;
    const call = json as RecordedCall;
    const deliveries = call.alerts.flatMap((alert) => alert.deliveries);
    return call.status === 'completed' && deliveries.every((delivery) => delivery.status === 'delivered') && call;
  });
