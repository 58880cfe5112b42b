import type { Twilio } from 'twilio';
import type { TextSender } from '../message-sender.ts';
import { CLOCK_SKEW_MS, readTwilioError } from './twilio-client.ts';

export interface TwilioSmsOptions {
  readonly client: Twilio;
  readonly sender: { readonly from: string } | { readonly messagingServiceSid: string };
  /** The public origin, for delivery reports. */
  readonly baseUrl: string;
}

/** The recipient has answered STOP (https://www.twilio.com/docs/api/errors/21610). */
const OPTED_OUT = '21610';
const MESSAGES_SEARCHED = 50;
const NOT_ON_ITS_WAY: ReadonlySet<string> = new Set(['failed', 'undelivered', 'canceled']);

/** Text messages by Twilio's Messages resource (https://www.twilio.com/docs/messaging/api/message-resource). */
export function createTwilioSmsSender({ client, sender, baseUrl }: TwilioSmsOptions): TextSender {
  return {
    async send({ deliveryId, to, body, validityS }) {
      try {
        const message = await client.messages.create({
          ...sender,
          to,
          body,
          statusCallback: `${baseUrl}/sms/status?delivery=${deliveryId}`,
          validityPeriod: validityS,
        });
        return { type: 'accepted', providerSid: message.sid };
      } catch (error) {
        const { kind, failure } = readTwilioError(error);
        return kind === 'rejected'
          ? { type: kind, failure, isOptedOut: failure.code === OPTED_OUT }
          : { type: kind, failure };
      }
    },
    async find({ to, body, since }) {
      try {
        const messages = await client.messages.list({ to, limit: MESSAGES_SEARCHED });
        const matches = messages.filter(
          (sent) =>
            sent.body === body &&
            sent.dateCreated.getTime() >= since - CLOCK_SKEW_MS &&
            !NOT_ON_ITS_WAY.has(sent.status),
        );
        return { type: 'searched', providerSids: matches.map(({ sid }) => sid) };
      } catch (error) {
        return { type: 'unavailable', failure: readTwilioError(error).failure };
      }
    },
  };
}
