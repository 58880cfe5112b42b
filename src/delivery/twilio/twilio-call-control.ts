import type { Twilio } from 'twilio';
import type { CallControl, CallControlResult } from '../../intervention/call-control.ts';
import { isOver, readTwilioError } from './twilio-client.ts';

/** Live calls by Twilio's Calls resource (https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource). */
export function createTwilioCallControl(client: Twilio, baseUrl: string): CallControl {
  async function update(callSid: string, change: object): Promise<CallControlResult> {
    try {
      await client.calls(callSid).update(change);
      return { ok: true, wasOver: false };
    } catch (error) {
      const { failure } = readTwilioError(error);
      return isOver(failure) ? { ok: true, wasOver: true } : { ok: false, failure };
    }
  }

  return {
    endCall: (callSid) => update(callSid, { status: 'completed' }),
    resumeCall: (callSid) => update(callSid, { url: `${baseUrl}/voice/resume`, method: 'POST' }),
  };
}
