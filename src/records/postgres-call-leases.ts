import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { CallLeases } from '../session/call-leases.ts';
import type { Database } from './database.ts';
import { activeCalls } from './schema.ts';

/** Leases in the calls' own rows, by the database's clock. */
export function createPostgresCallLeases(db: Database, instanceId: string): CallLeases {
  const held = { instanceId, heartbeatAt: sql`now()` };

  return {
    async renew(callSids) {
      if (callSids.length === 0) return;
      await db
        .update(activeCalls)
        .set(held)
        .where(inArray(activeCalls.callSid, [...callSids]));
    },
    async takeExpired({ expiredMs, limit }) {
      const expired = db
        .select({ callSid: activeCalls.callSid })
        .from(activeCalls)
        .where(
          and(
            eq(activeCalls.status, 'in-progress'),
            lt(activeCalls.heartbeatAt, sql`now() - ${expiredMs} * interval '1 millisecond'`),
          ),
        )
        .orderBy(asc(activeCalls.heartbeatAt))
        .limit(limit)
        .for('update', { skipLocked: true });
      const taken = await db
        .update(activeCalls)
        .set(held)
        .where(inArray(activeCalls.callSid, expired))
        .returning({ callSid: activeCalls.callSid });
      return taken.map(({ callSid }) => callSid);
    },
  };
}
