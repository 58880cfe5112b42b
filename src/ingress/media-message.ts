import { z } from 'zod';
import { callSidSchema } from '../call/ids.ts';

/**
 * What Twilio sends on a media stream. Numbers in it are text, but for the sample rate.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
export type MediaMessage =
  | { readonly event: 'start'; readonly start: StartMessage }
  | MediaFrame
  | { readonly event: 'stop' }
  /** Known and of no use to us, or unknown: Twilio adds events at any time. */
  | { readonly event: 'ignored' };

/** `chunk`: counted from 1. */
export interface MediaFrame {
  readonly event: 'media';
  readonly chunk: number;
  readonly audio: Uint8Array;
}

export type StartMessage = z.infer<typeof startSchema>;

const startSchema = z
  .object({
    callSid: callSidSchema,
    mediaFormat: z.object({
      encoding: z.literal('audio/x-mulaw'),
      sampleRate: z.literal(8000),
      channels: z.literal(1),
    }),
    customParameters: z.record(z.string(), z.string()).default({}),
  })
  .transform(({ callSid, customParameters }) => ({
    callSid,
    token: customParameters['token'] ?? '',
  }));

const mediaSchema = z.object({
  track: z.string(),
  chunk: z.coerce.number().int(),
  payload: z.base64(),
});

const envelopeSchema = z.object({ event: z.string(), start: z.unknown().optional(), media: z.unknown().optional() });

/** Null for a broken message: no JSON, or an event we know without what belongs to it. */
export function parseMediaMessage(text: string): MediaMessage | null {
  const envelope = envelopeSchema.safeParse(parseJson(text));
  if (!envelope.success) return null;
  const { event, start, media } = envelope.data;
  if (event === 'media') return parseMedia(media);
  if (event === 'start') {
    const parsed = startSchema.safeParse(start);
    return parsed.success ? { event, start: parsed.data } : null;
  }
  return event === 'stop' ? { event } : { event: 'ignored' };
}

function parseMedia(media: unknown): MediaMessage | null {
  const parsed = mediaSchema.safeParse(media);
  if (!parsed.success) return null;
  // A bidirectional stream carries the call's own party alone; anything else would garble the transcript.
  if (parsed.data.track !== 'inbound') return { event: 'ignored' };
  return { event: 'media', chunk: parsed.data.chunk, audio: Buffer.from(parsed.data.payload, 'base64') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
