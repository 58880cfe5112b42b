import { z } from 'zod';
import { callSidSchema } from '../call/ids.ts';
import { wordsSchema } from '../call/utterance.ts';

/**
 * What Twilio's Real-Time Transcription posts, and the older `{CallSid, TranscriptionText, SequenceNumber, IsFinal}`. Of
 * a form all values are text; what is malformed is passed over. Words that may still change are not read: none are asked
 * for. Source: https://www.twilio.com/docs/voice/twiml/transcription#statuscallbackurl
 */
const sequenceSchema = z
  .union([z.string().regex(/^\d+$/).transform(Number), z.number()])
  .nullable()
  .catch(null);
const isTrueSchema = z.coerce.string().transform((text) => text.toLowerCase() === 'true');

/** `{"transcript", "confidence"}` as JSON within the form: Twilio's own samples of such fields are not always JSON. */
const transcriptionDataSchema = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('is no JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ transcript: wordsSchema }));

const finalSchema = z
  .object({
    TranscriptionEvent: z.literal('transcription-content'),
    TranscriptionData: transcriptionDataSchema,
    Final: isTrueSchema.pipe(z.literal(true)),
  })
  .transform(({ TranscriptionData }) => ({ type: 'final' as const, text: TranscriptionData.transcript }));

const lifeCycleSchema = z
  .object({ TranscriptionEvent: z.enum(['transcription-started', 'transcription-stopped']) })
  .transform(({ TranscriptionEvent }) => ({
    type: TranscriptionEvent === 'transcription-started' ? ('started' as const) : ('stopped' as const),
  }));

/** Codes 32650 to 32655, such as 32655, provider unavailable (https://www.twilio.com/docs/api/errors/32655). */
const errorSchema = z
  .object({
    TranscriptionEvent: z.literal('transcription-error'),
    TranscriptionErrorCode: z.coerce.string().default('unknown'),
    TranscriptionError: z.string().default(''),
  })
  .transform(({ TranscriptionErrorCode, TranscriptionError }) => ({
    type: 'error' as const,
    failure: {
      provider: 'twilio' as const,
      code: TranscriptionErrorCode,
      message: TranscriptionError,
      retryable: true,
    },
  }));

const olderSchema = z
  .object({ TranscriptionText: wordsSchema, IsFinal: isTrueSchema.pipe(z.literal(true)) })
  .transform(({ TranscriptionText }) => ({ type: 'final' as const, text: TranscriptionText }));

const envelopeSchema = z.object({ CallSid: callSidSchema, SequenceId: sequenceSchema, SequenceNumber: sequenceSchema });
/** Whose start this is about, and our own id of it, stand in the callback address, which the signature covers. */
const querySchema = z.object({ start: z.string().nullable().catch(null), instance: z.string().nullable().catch(null) });

const transcriptionMessageSchema = z
  .object({
    envelope: envelopeSchema,
    event: z.union([finalSchema, lifeCycleSchema, errorSchema, olderSchema]),
    query: querySchema,
  })
  .transform(({ envelope: { CallSid, SequenceId, SequenceNumber }, event, query }) => ({
    callSid: CallSid,
    instanceId: query.instance,
    startId: query.start,
    sequence: SequenceId ?? SequenceNumber,
    event,
  }));

export type TranscriptionMessage = z.infer<typeof transcriptionMessageSchema>;

/** Null for what says nothing that counts: parts of words, malformed data, events of the future. */
export function readTranscription(body: unknown, query: unknown): TranscriptionMessage | null {
  const parsed = transcriptionMessageSchema.safeParse({ envelope: body, event: body, query });
  return parsed.success ? parsed.data : null;
}
