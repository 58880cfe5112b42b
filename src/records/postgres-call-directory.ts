import { eq, or, sql } from 'drizzle-orm';
import type { CallDirectory } from '../session/call-directory.ts';
import type { Database } from './database.ts';
import { activeCalls, users } from './schema.ts';

export const createPostgresCallDirectory = (db: Database): CallDirectory => ({
  async findOwner({ to, from }) {
    const isTheirs = or(
      to === null ? undefined : eq(users.lineNumber, to),
      from === null ? undefined : eq(users.phoneNumber, from),
    );
    if (isTheirs === undefined) return null;
    const [owner] = await db
      .select({ userId: users.id, name: users.name })
      .from(users)
      .where(isTheirs)
      .orderBy(sql`${users.lineNumber} is distinct from ${to}`)
      .limit(1);
    return owner ?? null;
  },
  async knows(callSid) {
    const known = await db
      .select({ callSid: activeCalls.callSid })
      .from(activeCalls)
      .where(eq(activeCalls.callSid, callSid));
    return known.length > 0;
  },
});
