import type { Twilio } from 'twilio';
import type { CallControl } from '../../intervention/call-control.ts';
import { readTwilioError } from './twilio-client.ts';

/** The call has ended: unknown, or in no state to be changed (https://www.twilio.com/docs/api/errors/20404 and 21220). */
const OVER: readonly string[] = ['20404', '21220'];

export const createTwilioCallControl = (client: Twilio): CallControl => ({
  async endCall(callSid) {
    try {
      await client.calls(callSid).update({ status: 'completed' });
      return { ok: true, wasOver: false };
    } catch (error) {
      const { failure } = readTwilioError(error);
      return OVER.includes(failure.code) ? { ok: true, wasOver: true } : { ok: false, failure };
    }
  },
});
