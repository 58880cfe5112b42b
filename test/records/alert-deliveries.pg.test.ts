import { describe, expect, it } from 'vitest';
import { type DeliveryId, newId } from '../../src/call/ids.ts';
import { createPostgresContactBook } from '../../src/records/postgres-contact-book.ts';
import { createUserStore } from '../../src/records/user-store.ts';
import { CLAIM, LIMITS, openLedger } from '../support/alert-ledger.ts';
import { letPass, newAlert, newPhoneNumber } from '../support/people.ts';

describe('a delivery', () => {
  it('is held by one worker at a time', async () => {
    const { ledgerOf, ledger, call, owner } = await openLedger(20);
    await ledger.record(newAlert(call, owner));
    const claims = await Promise.all(['a', 'b', 'c'].map((name) => ledgerOf(name).claimDue({ ...CLAIM, limit: 10 })));
    const ids = claims.flat().map(({ deliveryId }) => deliveryId);
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
  });

  it('that a worker left behind is claimed again when the lease is over, as uncertain', async () => {
    const { ledgerOf, ledger, call, owner } = await openLedger();
    await ledger.record(newAlert(call, owner));
    await ledger.claimDue({ limit: 1, leaseMs: 0 });
    expect(await ledgerOf('two').claimDue(CLAIM)).toMatchObject([{ attempts: 2, isUncertain: true }]);
  });

  it('that was not processed is due again later, and certain', async () => {
    const { ledger, call, owner, claimOne } = await openLedger();
    await ledger.record(newAlert(call, owner));
    await ledger.settle(await claimOne(), { type: 'retry', delayMs: 60_000, code: '20429', error: 'too many' });
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });

  it('is due at once after a retry without a pause', async () => {
    const { ledger, call, owner, claimOne } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const first = await claimOne();
    await ledger.settle(first, { type: 'retry', delayMs: 0, code: '20429', error: 'too many' });
    expect(await claimOne()).toMatchObject({ deliveryId: first.deliveryId, attempts: 2, isUncertain: false });
  });

  it('is not put back by a worker whose lease has passed to another', async () => {
    const { ledgerOf, ledger, call, owner, delivery } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const [first] = await ledger.claimDue({ limit: 1, leaseMs: 0 });
    const [second] = await ledgerOf('two').claimDue(CLAIM);
    const late = { type: 'failed', code: '1', error: 'late', isOptedOut: false } as const;
    expect(first && (await ledger.settle(first, late))).toBeNull();
    expect(second && (await ledgerOf('two').settle(second, { type: 'accepted', providerSid: 'SM2' }))).toMatchObject({
      status: 'sent',
    });
    expect(await delivery()).toMatchObject({ status: 'sent', attempts: 2 });
  });

  it('is not changed by an attempt that is over, though the same worker made it', async () => {
    const { ledger, call, owner, claimOne } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const [first] = await ledger.claimDue({ limit: 1, leaseMs: 0 });
    const second = await claimOne();
    expect(first && (await ledger.settle(first, { type: 'retry', delayMs: 0, code: '1', error: 'late' }))).toBeNull();
    expect(await ledger.settle(second, { type: 'accepted', providerSid: 'SM1' })).toMatchObject({ status: 'sent' });
  });

  it('of an alert is taken before requests for consent, however many are waiting', async () => {
    const { db, ledger, call, owner } = await openLedger();
    const users = createUserStore(db);
    for (let i = 0; i < 5; i++) {
      await users.addContact(owner.userId, { name: 'New', phoneNumber: newPhoneNumber(), optIn: 'request' }, 'Agree?');
    }
    await ledger.record(newAlert(call, owner));
    expect(await ledger.claimDue({ ...CLAIM, limit: 1 })).toMatchObject([{ alert: { callSid: call.callSid } }]);
  });

  it('is cancelled when its contact has said STOP meanwhile', async () => {
    const { db, ledger, household, call, owner, delivery } = await openLedger();
    await ledger.record(newAlert(call, owner));
    await createPostgresContactBook(db).optOut(household.numbers[0] ?? newPhoneNumber());
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
    expect(await delivery()).toMatchObject({ status: 'cancelled' });
  });

  it('waits while its contact rests from a request that was one too many, and nobody else does', async () => {
    const { db, ledger, call, owner } = await openLedger(3);
    await ledger.record(newAlert(call, owner));
    const [refused, failed, givenUp] = await ledger.claimDue(CLAIM);
    if (!refused || !failed || !givenUp) throw new Error('three contacts are to be told');
    await ledger.settle(refused, { type: 'retry', delayMs: 60_000, code: '20429', error: 'Too Many Requests' });
    await ledger.settle(failed, { type: 'retry', delayMs: 60_000, code: '401', error: 'Authenticate' });
    await ledger.settle(givenUp, { type: 'failed', code: '20429', error: 'Too Many Requests', isOptedOut: false });
    await ledger.record(newAlert(call, owner, 'critical'));
    const told = (await ledger.claimDue(CLAIM)).map(({ to, alert }) => `${to} ${alert?.step}`);
    expect(told.sort()).toEqual([`${failed.to} critical`, `${givenUp.to} critical`].sort());
    await letPass(db, LIMITS.restMs / 1000);
    expect(await ledger.claimDue(CLAIM)).toMatchObject([{ to: refused.to, alert: { step: 'critical' } }]);
  });

  it('is not tried again after somebody has called the alert false', async () => {
    const { db, ledger, household, call, owner, claimOne, delivery } = await openLedger();
    const contacts = createPostgresContactBook(db);
    await ledger.record(newAlert(call, owner));
    await ledger.settle(await claimOne(), { type: 'uncertain', delayMs: 0, code: '500', error: '' });
    const answered = await contacts.latestAlert(household.numbers[0] ?? newPhoneNumber(), { prefersLive: false });
    if (answered !== null) await contacts.markFalseAlarm(answered);
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
    expect(await delivery()).toMatchObject({ status: 'cancelled' });
  });

  it('holds a message of the carrier that no other may take for its own', async () => {
    const { ledger, call, owner, claimOne } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const holder = await claimOne();
    await ledger.settle(holder, { type: 'accepted', providerSid: 'SM1' });
    expect(await ledger.unclaimed(['SM1', 'SM2'], newId<DeliveryId>())).toEqual(['SM2']);
    // A report may come while the message is being looked for.
    expect(await ledger.unclaimed(['SM1', 'SM2'], holder.deliveryId)).toEqual(['SM1', 'SM2']);
  });

  it('opts its contact out when the carrier says that the recipient wants no messages', async () => {
    const { ledger, call, owner, claimOne } = await openLedger();
    await ledger.record(newAlert(call, owner));
    await ledger.settle(await claimOne(), { type: 'failed', code: '21610', error: 'unsubscribed', isOptedOut: true });
    await ledger.record(newAlert(call, owner, 'critical'));
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });
});
