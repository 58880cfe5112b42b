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
});
