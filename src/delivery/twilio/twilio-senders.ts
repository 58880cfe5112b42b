import { createTwilioSmsSender, type TwilioSmsOptions } from './twilio-sms-sender.ts';
import { createTwilioVoiceCaller } from './twilio-voice-caller.ts';

/** A sender for each channel, over one account. */
export const createTwilioSenders = (options: TwilioSmsOptions) => ({
  sms: createTwilioSmsSender(options),
  voice: createTwilioVoiceCaller(options),
});
