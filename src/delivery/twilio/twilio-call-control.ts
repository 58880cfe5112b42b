import type { Twilio } from 'twilio';
import type { CallControl } from '../../intervention/call-control.ts';
import { isOver, readTwilioError } from './twilio-client.ts';

export const createTwilioCallControl = (client: Twilio): CallControl => ({
  async endCall(callSid) {
    try {
      await client.calls(callSid).update({ status: 'completed' });
      return { ok: true, wasOver: false };
    } catch (error) {
      const { failure } = readTwilioError(error);
      return isOver(failure) ? { ok: true, wasOver: true } : { ok: false, failure };
    }
  },
});
