import type { Twilio } from 'twilio';
import { readTwilioError } from '../delivery/twilio/twilio-client.ts';
import type { CallControl } from './call-control.ts';

/** Twilio no longer knows the call: it has ended (https://www.twilio.com/docs/api/errors/20404). */
const NOT_FOUND = '20404';

export const createTwilioCallControl = (client: Twilio): CallControl => ({
  async endCall(callSid) {
    try {
      await client.calls(callSid).update({ status: 'completed' });
      return { ok: true };
    } catch (error) {
      const { failure } = readTwilioError(error);
      return failure.code === NOT_FOUND ? { ok: true } : { ok: false, failure };
    }
  },
});
