import { z } from 'zod';
import type { CallEvent } from '../call/event.ts';
import { callSidSchema } from '../call/ids.ts';

/** What instances tell each other over Redis: events, and who saw them. */
export interface FeedMessage {
  readonly instanceId: string;
  readonly events: readonly CallEvent[];
}

const EVENT_TYPES = [
  'call.started',
  'transcript.interim',
  'transcript.final',
  'risk.changed',
  'alert.raised',
  'alert.delivery',
  'call.blind',
  'call.ended',
] as const satisfies ReadonlyArray<CallEvent['type']>;

/** The envelope is checked; the rest of an event was written by another instance of this service, perhaps a newer one. */
const feedMessageSchema = z.object({
  instanceId: z.string(),
  events: z.array(
    z
      .looseObject({ type: z.enum(EVENT_TYPES), callSid: callSidSchema, at: z.number() })
      .transform((event) => event as CallEvent),
  ),
});

export const encodeFeedMessage = (message: FeedMessage): string => JSON.stringify(message);

/** Null for what is no message of ours. */
export function parseFeedMessage(text: string): FeedMessage | null {
  try {
    const parsed = feedMessageSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
