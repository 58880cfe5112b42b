import { and, asc, eq, exists, gte, inArray } from 'drizzle-orm';
import type { Analysis } from '../call/analysis.ts';
import { verdictBasisSchema } from '../call/analysis-message.ts';
import type { Feedback } from '../call/feedback.ts';
import type { CallSid, PhoneNumber } from '../call/ids.ts';
import type { Database } from './database.ts';
import { readFeedback } from './feedback-store.ts';
import { activeCalls, callFeedback, fraudAnalyses } from './schema.ts';

/** What is recorded of how a call was judged. */
export interface StoredCall {
  readonly callSid: CallSid;
  readonly from: PhoneNumber | null;
  readonly startedAt: Date;
  readonly feedback: readonly Feedback[];
  /** In the order in which they fell. */
  readonly verdicts: readonly Analysis[];
}

export interface StoredCallsFilter {
  readonly callSids?: readonly CallSid[];
  /** Calls that began then or later. */
  readonly since?: Date;
  /** Calls of which somebody said what they were. */
  readonly isLabelled?: true;
}

/** Bounds what is read at once. */
const CALLS_AT_ONCE = 100;

/** The earliest first. Calls that are not on record are left out. */
export async function* readStoredCalls(db: Database, filter: StoredCallsFilter): AsyncGenerator<StoredCall> {
  const calls = await db
    .select({ callSid: activeCalls.callSid, from: activeCalls.fromNumber, startedAt: activeCalls.startedAt })
    .from(activeCalls)
    .where(
      and(
        filter.callSids && inArray(activeCalls.callSid, [...filter.callSids]),
        filter.since && gte(activeCalls.startedAt, filter.since),
        filter.isLabelled &&
          exists(
            db
              .select({ callId: callFeedback.callId })
              .from(callFeedback)
              .where(eq(callFeedback.callId, activeCalls.callSid)),
          ),
      ),
    )
    .orderBy(asc(activeCalls.startedAt), asc(activeCalls.callSid));
  for (let from = 0; from < calls.length; from += CALLS_AT_ONCE) {
    const some = calls.slice(from, from + CALLS_AT_ONCE);
    const callSids = some.map(({ callSid }) => callSid);
    const [feedback, verdicts] = await Promise.all([readFeedback(db, callSids), readVerdicts(db, callSids)]);
    for (const call of some) {
      yield {
        ...call,
        feedback: feedback.filter(({ callSid }) => callSid === call.callSid),
        verdicts: verdicts.get(call.callSid) ?? [],
      };
    }
  }
}

async function readVerdicts(db: Database, callSids: CallSid[]): Promise<Map<CallSid, Analysis[]>> {
  const rows = await db.select().from(fraudAnalyses).where(inArray(fraudAnalyses.callId, callSids));
  const verdicts = new Map<CallSid, Analysis[]>();
  for (const { callId, id, risk, score, because, basis, createdAt: _, ...row } of rows) {
    const verdict = {
      ...row,
      analysisId: id,
      assessment: { level: risk, score, because },
      basis: verdictBasisSchema.safeParse(basis).data ?? null,
    };
    verdicts.set(callId, [...(verdicts.get(callId) ?? []), verdict]);
  }
  for (const ofCall of verdicts.values()) ofCall.sort(byMoment);
  return verdicts;
}

/** Batches are written out of order, and the alert's verdict ahead of them. */
const byMoment = (a: Analysis, b: Analysis): number =>
  a.atMs - b.atMs || (a.basis?.number ?? 0) - (b.basis?.number ?? 0);
