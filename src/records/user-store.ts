import { and, asc, eq } from 'drizzle-orm';
import type { Escalation } from '../alerting/escalation.ts';
import { type ContactId, newId, type PhoneNumber, type UserId } from '../call/ids.ts';
import { deliveries } from './alert-schema.ts';
import { type Database, databaseErrorCode, UNIQUE_VIOLATION } from './database.ts';
import { newDeliveryRow } from './rows.ts';
import { type ContactStatus, emergencyContacts, users } from './schema.ts';

export interface NewUser {
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

/** The protected people and their contacts. */
export interface UserStore {
  /** Null when one of the numbers is another user's. */
  createUser(user: NewUser): Promise<User | null>;
  findUser(id: UserId): Promise<(User & { readonly contacts: Contact[] }) | null>;
  /** False when there is no such user. It counts for the alerts to come. */
  setEscalation(id: UserId, escalation: Escalation): Promise<boolean>;
  /** Null when the user has this contact already. A contact who must be asked gets `optInMessage`, by the outbox. */
  addContact(userId: UserId, contact: NewContact, optInMessage: string): Promise<Contact | null>;
  /** False when there was none. */
  removeContact(userId: UserId, contactId: ContactId): Promise<boolean>;
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
    return (await insertUnlessKnown(() => db.insert(users).values({ ...row, ...escalation }))) ? created : null;
  },
  async findUser(id) {
    const [user] = await db
      .select({
        id: users.id,
        name: users.name,
        phoneNumber: users.phoneNumber,
        lineNumber: users.lineNumber,
        mode: users.mode,
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
  async setEscalation(id, escalation) {
    const changed = await db.update(users).set(escalation).where(eq(users.id, id)).returning({ id: users.id });
    return changed.length > 0;
  },
  async addContact(userId, contact, optInMessage) {
    const status: ContactStatus = contact.optIn === 'recorded' ? 'active' : 'pending';
    const created = { id: newId<ContactId>(), ...contact, status };
    const isNew = await insertUnlessKnown(() =>
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
});

async function insertUnlessKnown(insert: () => PromiseLike<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (databaseErrorCode(error) === UNIQUE_VIOLATION) return false;
    throw error;
  }
}
