import { asc, inArray, sql } from 'drizzle-orm';
import type { Feedback, Opinion } from '../call/feedback.ts';
import type { CallSid, ContactId } from '../call/ids.ts';
import { type Database, databaseErrorCode, FOREIGN_KEY_VIOLATION, type Transaction } from './database.ts';
import { callFeedback } from './schema.ts';

/** What operators say of calls. */
export interface FeedbackStore {
  /** Takes the place of what operators said before. Null when there is no such call. */
  give(callSid: CallSid, opinion: Opinion): Promise<Feedback | null>;
}

const COLUMNS = {
  source: callFeedback.source,
  contactId: callFeedback.contactId,
  verdict: callFeedback.verdict,
  scamType: callFeedback.scamType,
  note: callFeedback.note,
  givenAt: callFeedback.givenAt,
};

export const createFeedbackStore = (db: Database): FeedbackStore => ({
  async give(callSid, opinion) {
    try {
      return await writeFeedback(db, callSid, null, opinion);
    } catch (error) {
      if (databaseErrorCode(error) === FOREIGN_KEY_VIOLATION) return null;
      throw error;
    }
  },
});

/** `contactId`: whose opinion it is; null: an operator's. */
export async function writeFeedback(
  db: Database | Transaction,
  callId: CallSid,
  contactId: ContactId | null,
  opinion: Opinion,
): Promise<Feedback | null> {
  const source = contactId === null ? ('operator' as const) : ('contact' as const);
  const said = { contactId, ...opinion, givenAt: sql`now()` };
  const [written] = await db
    .insert(callFeedback)
    .values({ callId, source, ...said })
    .onConflictDoUpdate({ target: [callFeedback.callId, callFeedback.source], set: said })
    .returning(COLUMNS);
  return written ?? null;
}

export const readFeedback = (
  db: Database,
  callSids: CallSid[],
): Promise<Array<Feedback & { readonly callSid: CallSid }>> =>
  db
    .select({ callSid: callFeedback.callId, ...COLUMNS })
    .from(callFeedback)
    .where(inArray(callFeedback.callId, callSids))
    .orderBy(asc(callFeedback.source));
