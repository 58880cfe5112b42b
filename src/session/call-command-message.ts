import { z } from 'zod';
import { callSidSchema } from '../call/ids.ts';
import { wordsSchema } from '../call/utterance.ts';

const failureSchema = z.object({
  provider: z.enum(['twilio', 'deepgram', 'openai']),
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
});

/** As in `intervention/call-control.ts`. */
const resultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), wasOver: z.boolean() }),
  z.object({ ok: z.literal(false), failure: failureSchema }),
]);

/** As in `transcription/carrier-recogniser.ts`. */
const carrierMessageSchema = z.object({
  callSid: callSidSchema,
  startId: z.string().nullable(),
  sequence: z.number().nullable(),
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('started') }),
    z.object({ type: z.literal('final'), text: wordsSchema }),
    z.object({ type: z.literal('stopped') }),
    z.object({ type: z.literal('error'), failure: failureSchema }),
  ]),
});

/** What instances say to one another about a call. `requestId` ties an answer to what was asked. */
const callCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('end-call'), requestId: z.string(), from: z.string(), callSid: callSidSchema }),
  /** It is being done: nobody else need do it. */
  z.object({ type: z.literal('taken'), requestId: z.string() }),
  /** The call is not held here. */
  z.object({ type: z.literal('declined'), requestId: z.string() }),
  z.object({ type: z.literal('done'), requestId: z.string(), result: resultSchema }),
  /** What the carrier's recogniser told another instance than the one that started it. */
  z.object({ type: z.literal('transcribed'), message: carrierMessageSchema }),
]);

export type CallCommand = z.infer<typeof callCommandSchema>;

export const encodeCallCommand = (command: CallCommand): string => JSON.stringify(command);

/** Null for what is none, such as one of another version. */
export function parseCallCommand(text: string): CallCommand | null {
  try {
    const parsed = callCommandSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
