import { describe, expect, it } from 'vitest';
import { createPostgresCallDirectory } from '../../src/records/postgres-call-directory.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, newPhoneNumber } from '../support/people.ts';

describe('a call', () => {
  it('belongs to the user whose line was called, else to the user who calls, else to nobody', async () => {
    const { db } = await openTestDatabase();
    const [called, calling] = [await createHousehold(db), await createHousehold(db)];
    const { findOwner } = createPostgresCallDirectory(db);
    const stranger = newPhoneNumber();
    expect(await findOwner({ to: called.user.lineNumber, from: calling.user.phoneNumber })).toEqual(called.owner);
    expect(await findOwner({ to: stranger, from: calling.user.phoneNumber })).toEqual(calling.owner);
    expect(await findOwner({ to: called.user.lineNumber, from: null })).toEqual(called.owner);
    expect(await findOwner({ to: stranger, from: stranger })).toBeNull();
    expect(await findOwner({ to: null, from: null })).toBeNull();
    expect(await findOwner({ to: called.user.phoneNumber, from: called.user.lineNumber })).toBeNull();
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
