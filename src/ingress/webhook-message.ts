import { z } from 'zod';
import { readTextReport } from '../alerting/text-report.ts';
import { callSidSchema, deliveryIdSchema, phoneNumberSchema } from '../call/ids.ts';
import type { Attestation } from '../call/priors.ts';

/**
 * What Twilio posts, as far as it is read; it adds fields at any time. All values are text.
 * Sources: https://www.twilio.com/docs/voice/twiml#request-parameters,
 * https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */

/** A caller may be anonymous or a SIP address: then there is no number. */
const partySchema = phoneNumberSchema.nullable().catch(null);

const OVER = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];
const callOverSchema = z
  .string()
  .default('')
  .transform((status) => OVER.includes(status));

/**
 * What Twilio makes of the caller's attestation (https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir). The
 * word of a carrier that diverted the call (`-Diverted`) vouches for the diversion, not for the caller, and
 * `No-TN-Validation` is said of calls that were only forwarded, too: neither tells anything.
 */
const VERSTAT = /^TN-Validation-(?:Passed-([ABC])|Failed(?:-[ABC])?)(?:-Passthrough)?$/;
const attestationSchema = z
  .string()
  .transform((verstat) => {
    const said = VERSTAT.exec(verstat);
    return said && ((said[1] ?? 'failed') as Attestation);
  })
  .nullable()
  .catch(null);

export const voiceMessageSchema = z
  .object({
    CallSid: callSidSchema,
    From: partySchema,
    To: partySchema,
    CallStatus: callOverSchema,
    StirVerstat: attestationSchema,
  })
  .transform(({ CallSid, From, To, CallStatus, StirVerstat }) => ({
    callSid: CallSid,
    from: From,
    to: To,
    isOver: CallStatus,
    attestation: StirVerstat,
  }));

export type VoiceMessage = z.infer<typeof voiceMessageSchema>;

export const streamStatusMessageSchema = z
  .object({
    CallSid: callSidSchema,
    StreamEvent: z.enum(['stream-started', 'stream-stopped', 'stream-error']),
    StreamError: z.string().default(''),
  })
  .transform(({ CallSid, StreamEvent, StreamError }) => ({ callSid: CallSid, event: StreamEvent, error: StreamError }));

export const deliveryReportMessageSchema = z
  .object({ MessageSid: z.string().min(1), MessageStatus: z.string(), ErrorCode: z.string().optional() })
  .transform(({ MessageSid, MessageStatus, ErrorCode }) =>
    readTextReport(MessageSid, MessageStatus, ErrorCode ?? null),
  );

/** What each status of a telephone call means for the delivery that it speaks: answered is delivered. */
const CALL_REPORTED = {
  queued: 'sent',
  initiated: 'sent',
  ringing: 'sent',
  'in-progress': 'delivered',
  completed: 'delivered',
  busy: 'undelivered',
  'no-answer': 'undelivered',
  failed: 'failed',
  canceled: 'failed',
} as const;
/** Who did not pick up may do so later. */
const UNANSWERED = ['busy', 'no-answer'];

export const callReportMessageSchema = z
  .object({ CallSid: callSidSchema, CallStatus: z.string() })
  .transform(({ CallSid, CallStatus }) => {
    const status = CallStatus in CALL_REPORTED ? CALL_REPORTED[CallStatus as keyof typeof CALL_REPORTED] : null;
    const isLost = status === 'undelivered' || status === 'failed';
    const errorCode = isLost ? CallStatus : null;
    return { providerSid: CallSid, status, errorCode, isRetryable: UNANSWERED.includes(CallStatus) };
  });

export const keyMessageSchema = z
  .object({ Digits: z.string().default('') })
  .transform(({ Digits }) => ({ key: Digits }));

/** The delivery that a report or a key is about stands in our own callback address, which the signature covers. */
export const deliveryQuerySchema = z.object({ delivery: deliveryIdSchema });

export const smsMessageSchema = z
  .object({ From: partySchema, Body: z.string().default('') })
  .transform(({ From, Body }) => ({ from: From, text: Body }));
