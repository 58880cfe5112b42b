import twilio, { type Twilio } from 'twilio';
import type { MessageSender } from '../message-sender.ts';
import { CLOCK_SKEW_MS, readTwilioError } from './twilio-client.ts';

export interface TwilioVoiceOptions {
  readonly client: Twilio;
  /** The public origin, for the key that is pressed and for reports. */
  readonly baseUrl: string;
}

/** Short of most voice mailboxes: a mailbox cannot acknowledge. */
const RING_S = 25;
/** How long it waits for a key after each of the times that it says the message. */
const KEY_S = 8;
const TIMES_SAID = 2;
const CALLS_SEARCHED = 50;
const NOT_ON_ITS_WAY: ReadonlySet<string> = new Set(['busy', 'failed', 'no-answer', 'canceled']);

/**
 * Telephone calls that speak a message, by Twilio's Calls resource (https://www.twilio.com/docs/voice/api/call-resource).
 * They come from the line that guards the user: a number that takes calls, which the sender of text messages need not be.
 * Twilio does not show what a call says, so one is found again by both its numbers.
 */
export function createTwilioVoiceCaller({ client, baseUrl }: TwilioVoiceOptions): MessageSender {
  return {
    async send({ deliveryId, to, line, body }) {
      try {
        const call = await client.calls.create({
          to,
          from: line,
          twiml: speak(body, `${baseUrl}/voice/alert?delivery=${deliveryId}`),
          timeout: RING_S,
          statusCallback: `${baseUrl}/voice/alert-status?delivery=${deliveryId}`,
          statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
        });
        return { type: 'accepted', providerSid: call.sid };
      } catch (error) {
        const { kind, failure } = readTwilioError(error);
        return kind === 'rejected' ? { type: kind, failure, isOptedOut: false } : { type: kind, failure };
      }
    },
    async find({ to, line, since }) {
      try {
        const calls = await client.calls.list({ to, from: line, limit: CALLS_SEARCHED });
        const matches = calls.filter(
          ({ dateCreated, status }) => dateCreated.getTime() >= since - CLOCK_SKEW_MS && !NOT_ON_ITS_WAY.has(status),
        );
        return { type: 'searched', providerSids: matches.map(({ sid }) => sid) };
      } catch (error) {
        return { type: 'unavailable', failure: readTwilioError(error).failure };
      }
    },
  };
}

/** Says the message, and waits for a key that is posted to `keyUrl`; twice, then it hangs up. */
function speak(body: string, keyUrl: string): string {
  const response = new twilio.twiml.VoiceResponse();
  for (let said = 0; said < TIMES_SAID; said++) {
    response.gather({ numDigits: 1, timeout: KEY_S, action: keyUrl, method: 'POST' }).say(body);
  }
  return response.toString();
}
