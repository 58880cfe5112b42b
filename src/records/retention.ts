import { and, eq, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Clock } from '../call/clock.ts';
import type { Database } from './database.ts';
import { activeCalls, callFacts, fraudAnalyses, transcriptionEvents } from './schema.ts';

export interface RetentionOptions {
  /** How long the words of an ended call are kept: its transcript, the quotes in its facts, the model's summaries. */
  readonly transcriptDays: number;
  /** How long an ended call is kept at all, with everything that hangs on it. */
  readonly callDays: number;
  readonly everyMs: number;
}

/** Twilio lets no call last longer (https://www.twilio.com/docs/voice/api/call-resource, `TimeLimit`); the hour is for clocks. */
const LONGEST_CALL = sql`interval '5 hours'`;

/** Of so many at a time: a statement that took longer than any may would be given up, and others with it. */
const CALLS_AT_ONCE = 100;

const daysAgo = (days: number): SQL => sql`now() - ${days} * interval '1 day'`;

/**
 * Completes calls whose end nobody told, and forgets what may no longer be kept, now and then again and again.
 * Returns what stops it.
 */
export function startRetention(
  db: Database,
  clock: Clock,
  { transcriptDays, callDays, everyMs }: RetentionOptions,
  onFailure: (error: unknown) => void,
): () => void {
  /** By the clock of the instance that held it, and by the database's own. */
  const endedBefore = (days: number): SQL | undefined =>
    and(
      lt(activeCalls.endedAt, daysAgo(days)),
      or(isNull(activeCalls.heartbeatAt), lt(activeCalls.heartbeatAt, daysAgo(days))),
    );

  async function forget(): Promise<void> {
    await db
      .update(activeCalls)
      .set({ status: 'completed', endedAt: sql`${activeCalls.startedAt} + ${LONGEST_CALL}`, heartbeatAt: null })
      .where(and(ne(activeCalls.status, 'completed'), lt(activeCalls.startedAt, sql`now() - ${LONGEST_CALL}`)));
    const old = db.select({ callSid: activeCalls.callSid }).from(activeCalls).where(endedBefore(callDays));
    await untilNone(() =>
      db
        .delete(activeCalls)
        .where(inArray(activeCalls.callSid, old.limit(CALLS_AT_ONCE)))
        .returning({ callId: activeCalls.callSid }),
    );
    await untilNone(() =>
      db
        .delete(transcriptionEvents)
        .where(inArray(transcriptionEvents.callId, silentIn(transcriptionEvents)))
        .returning({ callId: transcriptionEvents.callId }),
    );
    await untilNone(() =>
      db
        .delete(callFacts)
        .where(inArray(callFacts.callId, silentIn(callFacts)))
        .returning({ callId: callFacts.callId }),
    );
    const isSummed = ne(fraudAnalyses.summary, '');
    await untilNone(() =>
      db
        .update(fraudAnalyses)
        .set({ summary: '' })
        .where(and(inArray(fraudAnalyses.callId, silentIn(fraudAnalyses, isSummed)), isSummed))
        .returning({ callId: fraudAnalyses.callId }),
    );
  }

  /** Some calls whose words may no longer be kept, and are in this table. */
  const silentIn = (table: typeof transcriptionEvents | typeof callFacts | typeof fraudAnalyses, where?: SQL) =>
    db
      .selectDistinct({ callId: table.callId })
      .from(table)
      .innerJoin(activeCalls, eq(activeCalls.callSid, table.callId))
      .where(and(endedBefore(transcriptDays), where))
      .limit(CALLS_AT_ONCE);

  forget().catch(onFailure);
  return clock.every(everyMs, () => void forget().catch(onFailure));
}

async function untilNone(forgetSome: () => PromiseLike<readonly unknown[]>): Promise<void> {
  while ((await forgetSome()).length > 0);
}
