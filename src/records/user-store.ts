import { and, asc, eq } from 'drizzle-orm';
import type { Escalation } from '../alerting/escalation.ts';
import { type ContactId, newId, type PhoneNumber, type UserId } from '../call/ids.ts';
import type { CallerTrust, Sensitivity } from '../call/priors.ts';
import { deliveries } from './alert-schema.ts';
import { type Database, databaseErrorCode, FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION } from './database.ts';
import { newDeliveryRow } from './rows.ts';
import { type ContactStatus, callerNumbers, emergencyContacts, users } from './schema.ts';

/** How a user's calls are heard and judged. */
export interface Preferences {
  readonly sensitivity: Sensitivity;
  /** BCP 47; null: what the service listens for. */
  readonly language: string | null;
}

export interface NewUser extends Preferences {
  readonly name: string;
  readonly phoneNumber: PhoneNumber;
  readonly lineNumber: PhoneNumber;
  readonly mode: 'listen';
  readonly escalation: Escalation;
}

export interface User extends NewUser {
  readonly id: UserId;
}

export interface NewContact {
  readonly name: string;
  readonly phoneNumber: PhoneNumber;
  readonly optIn: 'recorded' | 'request';
}

export interface Contact extends NewContact {
  readonly id: ContactId;
  readonly status: ContactStatus;
}

/** A number that calls a user. */
export interface CallerNumber {
  readonly phoneNumber: PhoneNumber;
  readonly trust: CallerTrust;
}

/** The protected people, their contacts, and the numbers that call them. */
export interface UserStore {
  /** Null when one of the numbers is another user's. */
  createUser(user: NewUser): Promise<User | null>;
  findUser(id: UserId): Promise<(User & { readonly contacts: Contact[] }) | null>;
  /** False when there is no such user. They count for the calls to come. */
  setPreferences(id: UserId, preferences: Partial<Preferences>): Promise<boolean>;
  /** False when there is no such user. It counts for the alerts to come. */
  setEscalation(id: UserId, escalation: Escalation): Promise<boolean>;
  /** Null when the user has this contact already. A contact who must be asked gets `optInMessage`, by the outbox. */
  addContact(userId: UserId, contact: NewContact, optInMessage: string): Promise<Contact | null>;
  /** False when there was none. */
  removeContact(userId: UserId, contactId: ContactId): Promise<boolean>;
  listNumbers(userId: UserId): Promise<CallerNumber[]>;
  /** False when there is no such user. It counts for the calls to come. */
  setNumber(userId: UserId, number: CallerNumber): Promise<boolean>;
  /** False when there was none. */
  removeNumber(userId: UserId, phoneNumber: PhoneNumber): Promise<boolean>;
}

const CONTACT_COLUMNS = {
  id: emergencyContacts.id,
  name: emergencyContacts.name,
  phoneNumber: emergencyContacts.phoneNumber,
  optIn: emergencyContacts.optIn,
  status: emergencyContacts.status,
};

export const createUserStore = (db: Database): UserStore => ({
  async createUser(user) {
    const created = { id: newId<UserId>(), ...user };
    const { escalation, ...row } = created;
    return (await insertUnless(UNIQUE_VIOLATION, () => db.insert(users).values({ ...row, ...escalation })))
      ? created
      : null;
  },
  async findUser(id) {
    const [user] = await db
      .select({
        id: users.id,
        name: users.name,
        phoneNumber: users.phoneNumber,
        lineNumber: users.lineNumber,
        mode: users.mode,
        sensitivity: users.sensitivity,
        language: users.language,
        escalation: { contactsAfterS: users.contactsAfterS, voiceAfterS: users.voiceAfterS },
      })
      .from(users)
      .where(eq(users.id, id));
    if (user === undefined) return null;
    const contacts = await db
      .select(CONTACT_COLUMNS)
      .from(emergencyContacts)
      .where(eq(emergencyContacts.userId, id))
      .orderBy(asc(emergencyContacts.createdAt));
    return { ...user, contacts };
  },
  async setPreferences(id, preferences) {
    const changed = await db.update(users).set(preferences).where(eq(users.id, id)).returning({ id: users.id });
    return changed.length > 0;
  },
  async setEscalation(id, escalation) {
    const changed = await db.update(users).set(escalation).where(eq(users.id, id)).returning({ id: users.id });
    return changed.length > 0;
  },
  async addContact(userId, contact, optInMessage) {
    const status: ContactStatus = contact.optIn === 'recorded' ? 'active' : 'pending';
    const created = { id: newId<ContactId>(), ...contact, status };
    const isNew = await insertUnless(UNIQUE_VIOLATION, () =>
      db.transaction(async (transaction) => {
        await transaction.insert(emergencyContacts).values({ userId, ...created });
        if (status === 'pending') {
          await transaction.insert(deliveries).values(newDeliveryRow({ contactId: created.id, message: optInMessage }));
        }
      }),
    );
    return isNew ? created : null;
  },
  async removeContact(userId, contactId) {
    const removed = await db
      .delete(emergencyContacts)
      .where(and(eq(emergencyContacts.id, contactId), eq(emergencyContacts.userId, userId)))
      .returning({ id: emergencyContacts.id });
    return removed.length > 0;
  },
  listNumbers: (userId) =>
    db
      .select({ phoneNumber: callerNumbers.phoneNumber, trust: callerNumbers.trust })
      .from(callerNumbers)
      .where(eq(callerNumbers.userId, userId))
      .orderBy(asc(callerNumbers.phoneNumber)),
  setNumber: (userId, { phoneNumber, trust }) =>
    insertUnless(FOREIGN_KEY_VIOLATION, () =>
      db
        .insert(callerNumbers)
        .values({ userId, phoneNumber, trust })
        .onConflictDoUpdate({ target: [callerNumbers.userId, callerNumbers.phoneNumber], set: { trust } }),
    ),
  async removeNumber(userId, phoneNumber) {
    const removed = await db
      .delete(callerNumbers)
      .where(and(eq(callerNumbers.userId, userId), eq(callerNumbers.phoneNumber, phoneNumber)))
      .returning({ phoneNumber: callerNumbers.phoneNumber });
    return removed.length > 0;
  },
});

/** False when Postgres refused it with this code. */
async function insertUnless(refusal: string, insert: () => PromiseLike<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (databaseErrorCode(error) === refusal) return false;
    throw error;
  }
}
