import { z } from 'zod';
import type { Channel } from '../call/event.ts';

const LONGEST_WAIT_S = 3_600;
const waitSchema = z.int().min(1).max(LONGEST_WAIT_S).nullable().default(null);

/**
 * Whom a user wants to be told when, until somebody acknowledges. `contactsAfterS`: the first contact gets the text at
 * once, and each of the others so many seconds after the one before; null: all at once. `voiceAfterS`: so many seconds
 * after the last text the contacts are called, at the same distances; null: never.
 */
export const escalationSchema = z.strictObject({ contactsAfterS: waitSchema, voiceAfterS: waitSchema });
export type Escalation = z.infer<typeof escalationSchema>;

export const NO_ESCALATION: Escalation = { contactsAfterS: null, voiceAfterS: null };

export interface EscalationStep<Contact> {
  readonly contact: Contact;
  readonly channel: Channel;
  /** Seconds after the alert. */
  readonly afterS: number;
}

/** Every message of an alert, and when it is due, if nobody acknowledges before. `contacts`: the first to be told first. */
export function planEscalation<Contact>(
  contacts: readonly Contact[],
  { contactsAfterS, voiceAfterS }: Escalation,
): Array<EscalationStep<Contact>> {
  const gapS = contactsAfterS ?? 0;
  const texts = contacts.map((contact, place) => ({ contact, channel: 'sms' as const, afterS: place * gapS }));
  if (voiceAfterS === null) return texts;
  const firstCallS = Math.max(0, contacts.length - 1) * gapS + voiceAfterS;
  const calls = texts.map(({ contact, afterS }) => ({
    contact,
    channel: 'voice' as const,
    afterS: firstCallS + afterS,
  }));
  return [...texts, ...calls];
}
