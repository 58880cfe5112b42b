import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { AlertLedger, DeliveryOutcome, NewAlert, SentDelivery } from '../../src/alerting/alert-ledger.ts';
import { NO_ESCALATION } from '../../src/alerting/escalation.ts';
import { type AlertId, newId, stepDeliveryId, type UserId } from '../../src/call/ids.ts';
import { deliveries } from '../../src/records/alert-schema.ts';
import { createCallReader } from '../../src/records/call-reader.ts';
import { createPostgresAlertLedger } from '../../src/records/postgres-alert-ledger.ts';
import { createPostgresContactBook } from '../../src/records/postgres-contact-book.ts';
import { emergencyContacts } from '../../src/records/schema.ts';
import { createUserStore } from '../../src/records/user-store.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, LEDGER_LIMITS, letPass, newAlert, newCallSid, newPhoneNumber } from '../support/people.ts';

const CLAIM = { limit: 100, leaseMs: 60_000 };
const LEASE = { leaseMs: 60_000 };
const OVER = { leaseMs: 0 };
const accepted = (providerSid = 'SM1'): DeliveryOutcome => ({ type: 'accepted', providerSid });

async function start(contacts = 1, escalation = NO_ESCALATION) {
  const { db } = await openTestDatabase();
  const ledgerOf = (instanceId: string): AlertLedger => createPostgresAlertLedger(db, { instanceId, ...LEDGER_LIMITS });
  const { call, owner, numbers } = await createHousehold(db, contacts, escalation);
  const alert = newAlert(call, owner);
  const recorded = async (callSid = call.callSid) => (await createCallReader(db)(callSid))?.alerts ?? [];
  return { db, ledgerOf, ledger: ledgerOf('one'), call, owner, numbers, alert, recorded };
}

/** What left for each contact; the outcomes in their order. */
const sentOf = ({ call, step, owner }: NewAlert, ...outcomes: DeliveryOutcome[]): SentDelivery[] =>
  owner.contacts.map(({ contactId }, i) => ({
    deliveryId: stepDeliveryId(call.callSid, step, contactId),
    contactId,
    outcome: outcomes[i] ?? null,
  }));

describe('an alert whose messages have left', () => {
  it('is recorded with what is known of them, once, however often and by whomever', async () => {
    const { ledger, ledgerOf, alert, recorded } = await start(3);
    const failed: DeliveryOutcome = { type: 'failed', code: '21211', error: 'no such number', isOptedOut: false };
    const sent = sentOf(alert, accepted(), failed);
    const tellers = [ledger, ledger, ledgerOf('two'), ledgerOf('three')];
    const changes = await Promise.all(tellers.map((teller) => teller.recordSent(alert, sent, LEASE)));
    expect(changes.flat()).toHaveLength(2);
    const [only, ...others] = await recorded();
    expect(others).toEqual([]);
    expect(only?.deliveries.map(({ status, attempts }) => `${status} ${attempts}`).sort()).toEqual([
      'failed 1',
      'sending 1',
      'sent 1',
    ]);
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });

  it('leaves to the outbox what nobody knows, to be looked for from the moment it was raised', async () => {
    const { ledger, alert } = await start();
    const raisedAt = alert.raisedAt - 600_000;
    await ledger.recordSent({ ...alert, raisedAt }, sentOf(alert), OVER);
    expect(await ledger.claimDue(CLAIM)).toMatchObject([{ isUncertain: true, attempts: 2, scheduledAt: raisedAt }]);
  });

  it('has sent again what was not processed', async () => {
    const { ledger, alert } = await start();
    await ledger.recordSent(alert, sentOf(alert, { type: 'retry', delayMs: 0, code: '20429', error: '' }), LEASE);
    expect(await ledger.claimDue(CLAIM)).toMatchObject([{ isUncertain: false, attempts: 2 }]);
  });

  it('finds what another instance recorded meanwhile, and keeps it from being sent again', async () => {
    const { ledger, ledgerOf, alert, recorded } = await start(2);
    const theirs = await ledgerOf('two').record({ ...alert, alertId: newId<AlertId>() });
    await ledger.recordSent(alert, sentOf(alert, accepted()), LEASE);
    expect(await recorded()).toMatchObject([{ id: theirs.alertId }]);
    expect(await ledgerOf('two').claimDue(CLAIM)).toEqual([]);
  });

  it('finds what another instance recorded that knew of other contacts', async () => {
    const { ledger, ledgerOf, alert } = await start(2);
    const { owner } = alert;
    const theirs = { ...alert, alertId: newId<AlertId>(), owner: { ...owner, contacts: owner.contacts.slice(1) } };
    await ledgerOf('two').record(theirs);
    expect(await ledger.recordSent(alert, sentOf(alert, accepted('SM1'), accepted('SM2')), LEASE)).toHaveLength(2);
    expect(await ledgerOf('two').claimDue(CLAIM)).toEqual([]);
  });

  it('leaves alone what another instance has sent already', async () => {
    const { ledger, ledgerOf, alert, recorded } = await start();
    const other = ledgerOf('two');
    await other.record(alert);
    const [claimed] = await other.claimDue(CLAIM);
    if (claimed !== undefined) await other.settle(claimed, accepted('SM2'));
    expect(await ledger.recordSent(alert, sentOf(alert, accepted('SM1')), OVER)).toEqual([]);
    expect(await recorded()).toMatchObject([{ deliveries: [{ status: 'sent' }] }]);
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });

  it('stands beside a graver one that was recorded first', async () => {
    const { ledger, call, owner, alert, recorded } = await start();
    await ledger.record(newAlert(call, owner, 'critical'));
    await ledger.recordSent(alert, sentOf(alert, accepted()), LEASE);
    expect((await recorded()).map(({ step }) => step).sort()).toEqual(['critical', 'high']);
  });

  it('goes to one who has agreed meanwhile, and not again to one who has taken it back', async () => {
    const { db, ledger, owner, alert, numbers } = await start();
    const phoneNumber = newPhoneNumber();
    await createUserStore(db).addContact(owner.userId, { name: 'New', phoneNumber, optIn: 'recorded' }, '');
    await createPostgresContactBook(db).optOut(numbers[0] ?? phoneNumber);
    await ledger.recordSent(alert, sentOf(alert), OVER);
    expect((await ledger.claimDue(CLAIM)).map(({ to }) => to)).toEqual([phoneNumber]);
  });

  it('is recorded without a contact who has been removed', async () => {
    const { db, ledger, owner, alert, recorded } = await start(2);
    await db.delete(emergencyContacts).where(eq(emergencyContacts.id, owner.contacts[0]?.contactId as never));
    expect(await ledger.recordSent(alert, sentOf(alert, accepted(), accepted('SM2')), LEASE)).toHaveLength(1);
    expect(await recorded()).toMatchObject([{ deliveries: [{ status: 'sent' }] }]);
  });

  it('is recorded though another delivery holds its message, which has the same words', async () => {
    const { db, ledger, call, owner, alert } = await start();
    const other = newAlert({ ...call, callSid: newCallSid() }, owner);
    await ledger.recordSent(other, sentOf(other, accepted()), LEASE);
    expect(await ledger.recordSent(alert, sentOf(alert, accepted()), OVER)).toEqual([]);
    expect(await db.select().from(deliveries)).toHaveLength(2);
    expect(await ledger.claimDue(CLAIM)).toMatchObject([{ isUncertain: true }]);
  });

  it('opts out a contact who wants no messages', async () => {
    const { db, ledger, alert } = await start();
    await ledger.recordSent(
      alert,
      sentOf(alert, { type: 'failed', code: '21610', error: '', isOptedOut: true }),
      LEASE,
    );
    expect(await db.select().from(emergencyContacts)).toMatchObject([{ status: 'opted_out' }]);
  });

  it('leaves the later steps of an escalation to the outbox', async () => {
    const { db, ledger, owner, alert, numbers, recorded } = await start(2, { contactsAfterS: 60, voiceAfterS: 30 });
    const told = { ...alert, owner: { ...owner, contacts: owner.contacts.slice(0, 1) } };
    await ledger.recordSent(told, sentOf(told, accepted()), LEASE);
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
    await letPass(db, 61);
    const [text, ...others] = await ledger.claimDue(CLAIM);
    expect(text).toMatchObject({ to: numbers[1], channel: 'sms', isEscalation: true });
    expect(others).toEqual([]);
    if (text !== undefined) await ledger.settle(text, accepted('SM2'));
    await letPass(db, 90);
    const calls = (await ledger.claimDue(CLAIM)).map(({ to, channel }) => `${channel} ${to}`);
    expect(calls.sort()).toEqual(numbers.map((number) => `voice ${number}`).sort());
    expect((await recorded())[0]?.events.map(({ type }) => type)).toEqual([
      'raised',
      'attempted',
      'accepted',
      'escalated',
      'accepted',
      'escalated',
      'escalated',
    ]);
  });

  it('was told at once, though its user has chosen an escalation since', async () => {
    const { ledger, alert, db, owner } = await start(2);
    await createUserStore(db).setEscalation(owner.userId, { contactsAfterS: 60, voiceAfterS: null });
    await ledger.recordSent(
      alert,
      sentOf(alert, accepted(), { type: 'retry', delayMs: 0, code: '20429', error: '' }),
      LEASE,
    );
    expect(await ledger.claimDue(CLAIM)).toMatchObject([{ isUncertain: false, attempts: 2, isEscalation: false }]);
  });

  it('is refused when its user is no more', async () => {
    const { ledger, owner, alert } = await start();
    const orphan = { ...alert, owner: { ...owner, userId: newId<UserId>() } };
    expect(await ledger.recordSent(orphan, sentOf(alert), LEASE)).toBeNull();
  });
});

describe('a record that comes too late', () => {
  it('is settled all the same, by what has become known of its messages', async () => {
    const { ledger, alert, recorded } = await start(2);
    expect((await ledger.record(alert, { claim: CLAIM })).claimed).toHaveLength(2);
    const outcomes = sentOf(alert, accepted(), { type: 'retry', delayMs: 0, code: '20429', error: '' });
    expect(await ledger.recordSent(alert, outcomes, LEASE)).toMatchObject([{ status: 'sent' }, { status: 'pending' }]);
    expect(await recorded()).toMatchObject([{ deliveries: [{ attempts: 1 }, { attempts: 1 }] }]);
    expect(await ledger.claimDue(CLAIM)).toMatchObject([{ isUncertain: false, attempts: 2 }]);
  });

  it('holds a message without an outcome for as long as one that had left', async () => {
    const { ledger, ledgerOf, alert } = await start();
    await ledger.record(alert, { claim: { ...CLAIM, leaseMs: 0 } });
    await ledger.recordSent(alert, sentOf(alert), LEASE);
    expect(await ledgerOf('two').claimDue(CLAIM)).toEqual([]);
  });

  it('claims nothing of what was recorded meanwhile', async () => {
    const { ledger, alert, recorded } = await start();
    await ledger.recordSent(alert, sentOf(alert), LEASE);
    expect(await ledger.record(alert, { claim: CLAIM, signal: AbortSignal.abort() })).toMatchObject({ claimed: [] });
    expect(await recorded()).toMatchObject([{ deliveries: [{ attempts: 1 }] }]);
  });

  it('names its deliveries as one that had left would', async () => {
    const { ledger, alert } = await start(2);
    await ledger.record(alert);
    const ids = (await ledger.claimDue(CLAIM)).map(({ deliveryId }) => deliveryId);
    expect(ids.sort()).toEqual(
      sentOf(alert)
        .map(({ deliveryId }) => deliveryId)
        .sort(),
    );
  });
});
