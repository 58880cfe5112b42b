import { and, asc, eq, inArray, isNotNull, lt, sql } from 'drizzle-orm';
import type { CallLeases } from '../session/call-leases.ts';
import type { Database } from './database.ts';
import { isOneOf } from './rows-as-json.ts';
import { activeCalls } from './schema.ts';

/** Leases in the calls' own rows, by the database's clock. */
export function createPostgresCallLeases(db: Database, instanceId: string): CallLeases {
  const renewed = { heartbeatAt: sql`now()` };
  const isSilentFor = (silentMs: number) =>
    lt(activeCalls.heartbeatAt, sql`now() - ${silentMs} * interval '1 millisecond'`);

  return {
    async holder(callSid) {
      const [call] = await db
        .select({ instanceId: activeCalls.instanceId })
        .from(activeCalls)
        .where(eq(activeCalls.callSid, callSid));
      return call?.instanceId ?? null;
    },
    async renew(callSids) {
      if (callSids.length === 0) return;
      // In the order in which all instances lock the rows of calls.
      const own = db
        .select({ callSid: activeCalls.callSid })
        .from(activeCalls)
        .where(and(isOneOf(activeCalls.callSid, callSids), eq(activeCalls.instanceId, instanceId)))
        .orderBy(asc(activeCalls.callSid))
        .for('update');
      await db.update(activeCalls).set(renewed).where(inArray(activeCalls.callSid, own));
    },
    silent: ({ silentMs, limit }) =>
      db
        .select({
          callSid: activeCalls.callSid,
          silentMs: sql`extract(epoch from now() - ${activeCalls.heartbeatAt}) * 1000`.mapWith(Number),
        })
        .from(activeCalls)
        .where(isSilentFor(silentMs))
        .orderBy(asc(activeCalls.heartbeatAt))
        .limit(limit),
    async take(callSids, silentMs) {
      if (callSids.length === 0) return [];
      const stillSilent = db
        .select({ callSid: activeCalls.callSid })
        .from(activeCalls)
        .where(and(isOneOf(activeCalls.callSid, callSids), isSilentFor(silentMs)))
        .for('update', { skipLocked: true });
      const taken = await db
        .update(activeCalls)
        .set(renewed)
        .where(inArray(activeCalls.callSid, stillSilent))
        .returning({ callSid: activeCalls.callSid, endedAt: activeCalls.endedAt });
      return taken.map(({ callSid, endedAt }) => ({ callSid, endedAt: endedAt?.getTime() ?? null }));
    },
    async close(callSid, blindMs) {
      await db
        .update(activeCalls)
        .set({ blindMs: sql`greatest(${activeCalls.blindMs}, ${blindMs})`, heartbeatAt: null })
        .where(
          and(
            eq(activeCalls.callSid, callSid),
            eq(activeCalls.status, 'completed'),
            isNotNull(activeCalls.heartbeatAt),
          ),
        );
    },
  };
}
