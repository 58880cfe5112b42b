import { randomBytes } from 'node:crypto';
import { type DeepgramStandIn, startDeepgramStandIn } from './deepgram-stand-in.ts';
import { type OpenAIStandIn, startOpenAIStandIn } from './openai-stand-in.ts';
import { startTwilioStandIn, type TwilioStandIn } from './twilio-stand-in.ts';

/** Stand-ins of all three providers, and the settings that lead the service to them. */
export interface StandIns {
  readonly twilio: TwilioStandIn;
  readonly deepgram: DeepgramStandIn;
  readonly openai: OpenAIStandIn;
  readonly credentials: Credentials;
  /** Environment variables of a service that uses them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface Credentials {
  readonly accountSid: string;
  readonly authToken: string;
  readonly smsNumber: string;
  readonly deepgramKey: string;
  readonly openaiKey: string;
  readonly adminKey: string;
}

export interface StandInPorts {
  readonly twilio: number;
  readonly deepgram: number;
  readonly openai: number;
}

const FREE_PORTS: StandInPorts = { twilio: 0, deepgram: 0, openai: 0 };
const random = (): string => randomBytes(20).toString('hex');

/** The keys of `.env.example`, which development runs with. */
export const EXAMPLE_CREDENTIALS: Credentials = {
  accountSid: 'AC00000000000000000000000000000000',
  authToken: 'example-twilio-auth-token-0000000',
  smsNumber: '+15005550006',
  deepgramKey: 'example-deepgram-key-for-development',
  openaiKey: 'example-openai-key-for-development',
  adminKey: 'example-admin-api-key-for-development',
};

const randomCredentials = (): Credentials => ({
  accountSid: `AC${randomBytes(16).toString('hex')}`,
  authToken: random(),
  smsNumber: '+15555550142',
  deepgramKey: random(),
  openaiKey: random(),
  adminKey: random(),
});

export async function startStandIns(
  serviceUrl: () => string,
  credentials = randomCredentials(),
  ports = FREE_PORTS,
): Promise<StandIns> {
  const { accountSid, authToken, smsNumber, deepgramKey, openaiKey, adminKey } = credentials;
  const twilio = await startTwilioStandIn({ accountSid, authToken, serviceUrl, port: ports.twilio });
  const deepgram = await startDeepgramStandIn(deepgramKey, ports.deepgram);
  const openai = await startOpenAIStandIn(openaiKey, ports.openai);
  return {
    twilio,
    deepgram,
    openai,
    credentials,
    environment: {
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      TWILIO_SMS_NUMBER: smsNumber,
      TWILIO_API_URL: twilio.url,
      DEEPGRAM_API_KEY: deepgramKey,
      DEEPGRAM_URL: deepgram.url,
      OPENAI_API_KEY: openaiKey,
      OPENAI_BASE_URL: openai.url,
      ADMIN_API_KEY: adminKey,
      // A machine that carries the providers as well is late for their sake, which is no reason to refuse calls.
      MAX_LOOP_LAG_MS: '10000',
      PUBLIC_API_KEY: random(),
      JWT_SECRET: random(),
      WEBHOOK_SECRET: random(),
      ENCRYPTION_KEY: random(),
    },
    async stop() {
      await Promise.all([twilio.stop(), deepgram.stop(), openai.stop()]);
    },
  };
}
