import { and, eq, or, sql } from 'drizzle-orm';
import type { CallDirectory } from '../session/call-directory.ts';
import type { Database } from './database.ts';
import { activeCalls, callerNumbers, emergencyContacts, users } from './schema.ts';

export const createPostgresCallDirectory = (db: Database): CallDirectory => ({
  async findOwner({ to, from }) {
    const isTheirs = or(
      to === null ? undefined : eq(users.lineNumber, to),
      from === null ? undefined : eq(users.phoneNumber, from),
    );
    if (isTheirs === undefined) return null;
    const rows = await db
      .select({
        userId: users.id,
        name: users.name,
        contactId: emergencyContacts.id,
        phoneNumber: emergencyContacts.phoneNumber,
        contactsAfterS: users.contactsAfterS,
        voiceAfterS: users.voiceAfterS,
        ownNumber: users.phoneNumber,
        trust: callerNumbers.trust,
        sensitivity: users.sensitivity,
        language: users.language,
      })
      .from(users)
      .leftJoin(emergencyContacts, and(eq(emergencyContacts.userId, users.id), eq(emergencyContacts.status, 'active')))
      .leftJoin(
        callerNumbers,
        and(eq(callerNumbers.userId, users.id), from === null ? sql`false` : eq(callerNumbers.phoneNumber, from)),
      )
      .where(isTheirs)
      .orderBy(sql`${users.lineNumber} is distinct from ${to}`, emergencyContacts.createdAt, emergencyContacts.id);
    const [first] = rows;
    if (first === undefined) return null;
    const contacts = rows.flatMap(({ userId, contactId, phoneNumber }) =>
      userId === first.userId && contactId !== null && phoneNumber !== null ? [{ contactId, phoneNumber }] : [],
    );
    const isCalling = first.ownNumber === from;
    const isContact = contacts.some(({ phoneNumber }) => phoneNumber === from);
    return {
      userId: first.userId,
      name: first.name,
      contacts: first.contactsAfterS === null ? contacts : contacts.slice(0, 1),
      isCalling,
      caller: isCalling ? null : (first.trust ?? (isContact ? 'known' : null)),
      sensitivity: first.sensitivity,
      language: first.language,
    };
  },
  async knows(callSid) {
    const known = await db
      .select({ callSid: activeCalls.callSid })
      .from(activeCalls)
      .where(eq(activeCalls.callSid, callSid));
    return known.length > 0;
  },
});
