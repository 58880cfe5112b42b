import { readTextReport } from '../../alerting/text-report.ts';
import { createTwilioSmsSender, type TwilioSmsOptions } from './twilio-sms-sender.ts';
import { createTwilioVoiceCaller } from './twilio-voice-caller.ts';

/** A sender for each channel, over one account. */
export const createTwilioSenders = (options: TwilioSmsOptions) => ({
  sms: createTwilioSmsSender(options),
  voice: createTwilioVoiceCaller(options),
});

/** What became of a text (https://www.twilio.com/docs/messaging/api/message-resource#fetch-a-message-resource). */
export const createTwilioStatus =
  ({ client }: Pick<TwilioSmsOptions, 'client'>) =>
  async (providerSid: string) => {
    const { status, errorCode } = await client.messages(providerSid).fetch();
    return readTextReport(providerSid, status, errorCode ? String(errorCode) : null);
  };
