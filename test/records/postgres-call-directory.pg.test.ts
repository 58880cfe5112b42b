import { describe, expect, it } from 'vitest';
import type { PhoneNumber } from '../../src/call/ids.ts';
import { createPostgresCallDirectory } from '../../src/records/postgres-call-directory.ts';
import { createUserStore } from '../../src/records/user-store.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, newPhoneNumber } from '../support/people.ts';

describe('a call', () => {
  it('belongs to the user whose line was called, else to the user who calls, else to nobody', async () => {
    const { db } = await openTestDatabase();
    const [called, calling] = [await createHousehold(db), await createHousehold(db)];
    const { findOwner } = createPostgresCallDirectory(db);
    const stranger = newPhoneNumber();
    const { user } = called;
    expect(await findOwner({ to: user.lineNumber, from: calling.user.phoneNumber })).toMatchObject(called.owner);
    expect(await findOwner({ to: stranger, from: calling.user.phoneNumber })).toMatchObject(calling.owner);
    expect(await findOwner({ to: user.lineNumber, from: null })).toMatchObject(called.owner);
    expect(await findOwner({ to: stranger, from: stranger })).toBeNull();
    expect(await findOwner({ to: null, from: null })).toBeNull();
    expect(await findOwner({ to: called.user.phoneNumber, from: called.user.lineNumber })).toBeNull();
  });

  it('is known by what its owner thinks of the number that calls, and by how they want to be heard', async () => {
    const { db } = await openTestDatabase();
    const [{ user, numbers }, other] = [await createHousehold(db), await createHousehold(db)];
    const { findOwner } = createPostgresCallDirectory(db);
    const users = createUserStore(db);
    const [friend, nuisance, contact] = [newPhoneNumber(), newPhoneNumber(), numbers[0] ?? newPhoneNumber()];
    await users.setNumber(user.id, { phoneNumber: friend, trust: 'blocked' });
    await users.setNumber(user.id, { phoneNumber: friend, trust: 'known' });
    await users.setNumber(user.id, { phoneNumber: nuisance, trust: 'blocked' });
    await users.setNumber(user.id, { phoneNumber: user.phoneNumber, trust: 'blocked' });
    await users.setNumber(other.user.id, { phoneNumber: contact, trust: 'blocked' });
    const callerOf = async (from: PhoneNumber | null) => {
      const owner = await findOwner({ to: user.lineNumber, from });
      return owner && [owner.caller, owner.isCalling];
    };
    expect(await callerOf(friend)).toEqual(['known', false]);
    expect(await callerOf(nuisance)).toEqual(['blocked', false]);
    expect(await callerOf(contact)).toEqual(['known', false]);
    expect(await callerOf(newPhoneNumber())).toEqual([null, false]);
    expect(await callerOf(null)).toEqual([null, false]);
    expect(await callerOf(user.phoneNumber)).toEqual([null, true]);
    await users.setNumber(user.id, { phoneNumber: contact, trust: 'blocked' });
    expect(await callerOf(contact)).toEqual(['blocked', false]);

    const heard = async () => {
      const owner = await findOwner({ to: user.lineNumber, from: null });
      return owner && [owner.sensitivity, owner.language];
    };
    expect(await heard()).toEqual(['normal', null]);
    await users.setPreferences(user.id, { sensitivity: 'high' });
    await users.setPreferences(user.id, { language: 'es-419' });
    expect(await heard()).toEqual(['high', 'es-419']);
  });

  it('names the contacts who are to be texted at once, and not those of later steps', async () => {
    const { db } = await openTestDatabase();
    const { findOwner } = createPostgresCallDirectory(db);
    const contactsOf = async (contactsAfterS: number | null) => {
      const { user, owner } = await createHousehold(db, 3, { contactsAfterS, voiceAfterS: 30 });
      return { all: owner.contacts, atOnce: (await findOwner({ to: user.lineNumber, from: null }))?.contacts };
    };
    const together = await contactsOf(null);
    expect(together.atOnce).toEqual(together.all);
    const inTurn = await contactsOf(60);
    expect(inTurn.atOnce).toEqual(inTurn.all.slice(0, 1));
  });
});
