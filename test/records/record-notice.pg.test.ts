import { describe, expect, it } from 'vitest';
import { createPostgresAlertLedger } from '../../src/records/postgres-alert-ledger.ts';
import { createUserStore } from '../../src/records/user-store.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, LEDGER_LIMITS, newAlert, newPhoneNumber } from '../support/people.ts';

describe('a notice about a call', () => {
  it('goes to each contact who has agreed, once, whoever records it; after alerts, and before requests for consent', async () => {
    const { db } = await openTestDatabase();
    const { call, owner, numbers } = await createHousehold(db, 2);
    const asked = { name: 'New', phoneNumber: newPhoneNumber(), optIn: 'request' as const };
    await createUserStore(db).addContact(owner.userId, asked, 'Agree?');
    const ledgerOf = (instanceId: string) => createPostgresAlertLedger(db, { instanceId, ...LEDGER_LIMITS });
    const notice = { call, owner, message: 'Protection was interrupted.' };
    await Promise.all(['a', 'b', 'c'].map((name) => ledgerOf(name).recordNotice(notice)));
    await ledgerOf('a').record(newAlert(call, owner));
    const claimed = [];
    for (let i = 0; i < 6; i++) claimed.push(...(await ledgerOf('a').claimDue({ limit: 1, leaseMs: 60_000 })));
    expect(claimed.map(({ alert, isRequest }) => [alert !== null, isRequest])).toEqual([
      [true, false],
      [true, false],
      [false, false],
      [false, false],
      [false, true],
    ]);
    expect(
      claimed
        .slice(2, 4)
        .map(({ to }) => to)
        .sort(),
    ).toEqual([...numbers].sort());
  });
});
