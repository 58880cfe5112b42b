import { z } from 'zod';

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
