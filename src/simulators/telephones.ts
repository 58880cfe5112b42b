import { randomBytes } from 'node:crypto';
import { postWebhook } from './webhook.ts';

/**
 * What a telephone does with its next call. `press …`: picks up, listens, and presses the key. A number: the request to
 * call it is refused or left unanswered, `after` meaning that the call is placed all the same, and listened to.
 */
export type TelephoneAnswer =
  | `press ${string}`
  | 'listen'
  | 'busy'
  | 'no-answer'
  | '429'
  | '500-before'
  | '500-after'
  | 'timeout-after';

/** A call that the service placed. */
export interface StandInCall {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly twiml: string;
  readonly statusCallback: string;
  status: string;
  readonly createdAt: Date;
  /** What the service said after each key. */
  readonly heard: string[];
}

export interface TelephoneOptions {
  readonly accountSid: string;
  readonly authToken: string;
  readonly serviceUrl: () => string;
}

const STEP_MS = 20;

/** Places a call as Twilio does, and plays the telephone at the other end: its life-cycle callbacks, and the key. */
export function placeCall(options: TelephoneOptions, fields: URLSearchParams, answer: TelephoneAnswer): StandInCall {
  const call: StandInCall = {
    sid: `CA${randomBytes(16).toString('hex')}`,
    to: fields.get('To') ?? '',
    from: fields.get('From') ?? '',
    twiml: fields.get('Twiml') ?? '',
    statusCallback: fields.get('StatusCallback') ?? '',
    status: 'queued',
    createdAt: new Date(),
    heard: [],
  };
  void ring();
  return call;

  async function ring(): Promise<void> {
    await report('initiated');
    await report('ringing');
    if (answer === 'busy' || answer === 'no-answer') {
      await report(answer);
      return;
    }
    await report('in-progress');
    if (answer.startsWith('press ')) await press(answer.slice('press '.length));
    await report('completed');
  }

  async function report(status: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    call.status = status;
    await post(call.statusCallback, { CallStatus: status });
  }

  async function press(key: string): Promise<void> {
    const action = /<Gather[^>]* action="([^"]+)"/.exec(call.twiml)?.[1];
    if (action === undefined) return;
    const response = await post(action, { CallStatus: 'in-progress', Digits: key });
    call.heard.push((await response?.text()) ?? '');
  }

  /** A service that is being stopped hears no more; Twilio does not repeat itself either. */
  function post(publicUrl: string, extra: Record<string, string>): Promise<Response | undefined> {
    const { sid, to, from } = call;
    const identity = { CallSid: sid, AccountSid: options.accountSid, From: from, To: to, Direction: 'outbound-api' };
    return postWebhook({ ...options, publicUrl, fields: { ...identity, ...extra } }).catch(() => undefined);
  }
}

export const callResource = (call: StandInCall) => ({
  sid: call.sid,
  to: call.to,
  from: call.from,
  status: call.status,
  direction: 'outbound-api',
  date_created: call.createdAt.toUTCString(),
});
