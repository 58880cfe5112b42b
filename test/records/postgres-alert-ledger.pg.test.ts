import { asc, eq, sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AlertLedger, ClaimedDelivery, NewAlert } from '../../src/alerting/alert-ledger.ts';
import { type Escalation, NO_ESCALATION } from '../../src/alerting/escalation.ts';
import { type DeliveryId, newId, type PhoneNumber, stepDeliveryId } from '../../src/call/ids.ts';
import { alertEvents, deliveries } from '../../src/records/alert-schema.ts';
import { createCallReader } from '../../src/records/call-reader.ts';
import { openDatabase } from '../../src/records/database.ts';
import { createPostgresAlertLedger } from '../../src/records/postgres-alert-ledger.ts';
import { createPostgresContactBook } from '../../src/records/postgres-contact-book.ts';
import { recordAlert } from '../../src/records/record-alert.ts';
import { analysisRow, newCallRow } from '../../src/records/rows.ts';
import { activeCalls, emergencyContacts, fraudAnalyses } from '../../src/records/schema.ts';
import { createUserStore } from '../../src/records/user-store.ts';
import { createTestDatabase, openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createHousehold, LEDGER_LIMITS, letPass, newAlert, newCallSid, newPhoneNumber } from '../support/people.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const LIMITS = { ...LEDGER_LIMITS, restMs: 5_000 };
const IS_WAITING = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
const CLAIM = { limit: 100, leaseMs: 60_000 };

async function start(contacts = 1, escalation = NO_ESCALATION) {
  const { db } = await openTestDatabase();
  const ledgerOf = (instanceId: string): AlertLedger => createPostgresAlertLedger(db, { instanceId, ...LIMITS });
  const household = await createHousehold(db, contacts, escalation);
  const ledger = ledgerOf('one');
  const { call, owner } = household;
  const claimOne = async (): Promise<ClaimedDelivery> => {
    const [delivery] = await ledger.claimDue(CLAIM);
    if (delivery === undefined) throw new Error('nothing is due');
    return delivery;
  };
  const delivery = async () => (await createCallReader(db)(call.callSid))?.alerts[0]?.deliveries[0];
  return { db, ledgerOf, ledger, household, call, owner, claimOne, delivery };
}

const report = (
  delivery: ClaimedDelivery,
  status: 'sent' | 'delivered' | 'undelivered' | 'failed',
  providerSid = 'SM1',
) => ({
  deliveryId: delivery.deliveryId,
  channel: delivery.channel,
  providerSid,
  status,
  errorCode: null,
  isRetryable: false,
});

describe('an alert', () => {
  it('is written with its deliveries, though the call is not recorded yet', async () => {
    const { ledger, household, call, owner } = await start(3);
    expect(await ledger.record(newAlert(call, owner))).toMatchObject({ isNew: true });
    const due = await ledger.claimDue(CLAIM);
    expect(due.map(({ to }) => to).sort()).toEqual([...household.numbers].sort());
    expect(due[0]).toMatchObject({ attempts: 1, isUncertain: false, alert: { callSid: call.callSid } });
  });

  it('is recorded and its messages claimed by one commit, as far as there is room', async () => {
    const { ledger, ledgerOf, call, owner, household } = await start(3);
    const { alertId, claimed } = await ledger.record(newAlert(call, owner), { claim: { ...CLAIM, limit: 2 } });
    expect(claimed).toHaveLength(2);
    expect(claimed[0]).toMatchObject({ attempts: 1, isUncertain: false, alert: { alertId, callSid: call.callSid } });
    const left = await ledgerOf('two').claimDue(CLAIM);
    expect([...claimed, ...left].map(({ to }) => to).sort()).toEqual([...household.numbers].sort());
    expect(await ledger.record(newAlert(call, owner), { claim: CLAIM })).toMatchObject({ claimed: [] });
  });

  it('and its messages are claimed, and both committed, before Postgres has answered anything', async () => {
    const url = await createTestDatabase();
    const link = await startTcpProxy(url);
    const [throughLink, direct] = [openDatabase(link.url), openDatabase(url)];
    onTestFinished(async () => void (await Promise.all([throughLink.close(), direct.close()])));
    const { call, owner } = await createHousehold(throughLink.db, 1);
    link.isMute = true;
    const ledger = createPostgresAlertLedger(throughLink.db, { instanceId: 'one', ...LIMITS });
    void ledger.record(newAlert(call, owner), { claim: CLAIM }).catch(() => undefined);
    const readTrail = () => direct.db.select().from(alertEvents).orderBy(asc(alertEvents.id));
    await eventually(async () => (await readTrail()).length > 0);
    link.close();
    expect((await readTrail()).map(({ type }) => type)).toEqual(['raised', 'attempted']);
  });

  it('is not recorded at all when a part of it is refused', async () => {
    const { db, ledger, call, owner } = await start(2);
    const other = { ...call, callSid: newCallSid() };
    await ledger.record(newAlert(other, owner));
    const [{ contactId }] = (await ledger.claimDue(CLAIM)) as [ClaimedDelivery];
    const id = stepDeliveryId(call.callSid, 'high', contactId);
    await db.update(deliveries).set({ id }).where(eq(deliveries.contactId, contactId));
    await expect(ledger.record(newAlert(call, owner), { claim: CLAIM })).rejects.toThrow();
    expect(await createCallReader(db)(call.callSid)).toBeNull();
  });

  it('and the record of its call that is being written behind do not wait for each other', async () => {
    const { db, ledger, call, owner } = await start();
    const alert = newAlert(call, owner);
    const recording = await db.transaction(async (transaction) => {
      await transaction.insert(activeCalls).values(newCallRow(call, owner, 'one'));
      const begun = ledger.record(alert);
      await eventually(async () => (await db.execute(IS_WAITING)).length > 0);
      await transaction.insert(fraudAnalyses).values(analysisRow(call.callSid, alert.analysis));
      return { begun };
    });
    expect(await recording.begun).toMatchObject({ isNew: true });
  });

  it('claims its messages again when the answer was lost, to be looked for first', async () => {
    const { ledger, call, owner } = await start();
    const alert = newAlert(call, owner);
    await ledger.record(alert, { claim: CLAIM });
    const { isNew, claimed } = await ledger.record(alert, { claim: CLAIM });
    expect([isNew, claimed]).toMatchObject([true, [{ attempts: 2, isUncertain: true }]]);
  });

  it('claims nothing of other alerts', async () => {
    const { ledger, call, owner } = await start();
    await ledger.record(newAlert(call, owner));
    const { claimed } = await ledger.record(newAlert(call, owner, 'critical'), { claim: CLAIM });
    expect(claimed.map(({ alert }) => alert?.step)).toEqual(['critical']);
  });

  it('is recorded once for each step of a call, whoever records it', async () => {
    const { ledgerOf, call, owner } = await start();
    const racing = Array.from({ length: 8 }, (_, i) => ledgerOf(`instance ${i}`).record(newAlert(call, owner)));
    const recorded = await Promise.all(racing);
    expect(recorded.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(recorded.map(({ alertId }) => alertId)).size).toBe(1);
    expect(await ledgerOf('one').record(newAlert(call, owner, 'critical'))).toMatchObject({ isNew: true });
    expect(await ledgerOf('one').claimDue(CLAIM)).toHaveLength(2);
  });

  it('is never easier than one that the family has already', async () => {
    const { ledger, ledgerOf, call, owner } = await start();
    const critical = await ledger.record(newAlert(call, owner, 'critical'));
    expect(await ledgerOf('two').record(newAlert(call, owner))).toMatchObject({
      alertId: critical.alertId,
      isNew: false,
    });
    expect(await ledger.claimDue(CLAIM)).toHaveLength(1);
  });

  it('waits for a graver one that is just being recorded', async () => {
    const { db, ledger, call, owner } = await start();
    await db.insert(activeCalls).values(newCallRow(call, owner, 'one'));
    const { recording } = await db.transaction(async (transaction) => {
      await recordAlert(transaction, newAlert(call, owner, 'critical'), { instanceId: 'two', restMs: 0 });
      const begun = ledger.record(newAlert(call, owner));
      await eventually(async () => (await db.execute(IS_WAITING)).length > 0);
      return { recording: begun };
    });
    expect(await recording).toMatchObject({ isNew: false });
  });

  it('is new to the one who recorded it, though the answer was lost', async () => {
    const { ledger, call, owner } = await start();
    const alert = newAlert(call, owner);
    await ledger.record(alert);
    expect(await ledger.record(alert)).toMatchObject({ isNew: true });
    expect(await ledger.claimDue(CLAIM)).toHaveLength(1);
  });

  it('reaches one who agrees at the very moment', async () => {
    const { db, ledger, call, owner } = await start(0);
    const phoneNumber = newPhoneNumber();
    await createUserStore(db).addContact(owner.userId, { name: 'New', phoneNumber, optIn: 'request' }, 'Agree?');
    const book = createPostgresContactBook(db);
    await Promise.all([ledger.record(newAlert(call, owner)), book.optIn(phoneNumber)]);
    expect((await ledger.claimDue(CLAIM)).filter(({ alert }) => alert !== null)).toHaveLength(1);
  });

  it('waits for one who is just agreeing', async () => {
    const { db, ledger, call, owner } = await start(1);
    await db.update(emergencyContacts).set({ status: 'pending' });
    const { recording } = await db.transaction(async (transaction) => {
      await transaction.update(emergencyContacts).set({ status: 'active' });
      const begun = ledger.record(newAlert(call, owner), { claim: CLAIM });
      await eventually(async () => (await db.execute(IS_WAITING)).length > 0);
      return { recording: begun };
    });
    expect((await recording).claimed).toHaveLength(1);
  });

  it('of a user without contacts is recorded all the same', async () => {
    const { ledger, call, owner } = await start(0);
    expect(await ledger.record(newAlert(call, owner))).toMatchObject({ isNew: true });
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });
});

describe('what is claimed as an alert is recorded', () => {
  const whileRecorded = async (ledger: AlertLedger, alert: NewAlert) =>
    (await ledger.record(alert, { claim: CLAIM })).claimed;
  const rightAfter = (ledger: AlertLedger, alert: NewAlert) => ledger.record(alert).then(() => ledger.claimDue(CLAIM));

  /** Of four contacts the second wants no messages, and the third rests: what was claimed, and what is on record. */
  async function claim(how: typeof whileRecorded, escalation: Escalation) {
    const { db, ledger, household } = await start(4, escalation);
    const { call, owner, user, numbers } = household;
    const earlier = await rightAfter(ledger, newAlert({ ...call, callSid: newCallSid() }, owner));
    const refused = { type: 'retry', delayMs: 60_000, code: '20429', error: 'Too Many Requests' } as const;
    for (const delivery of earlier) {
      const isThird = delivery.to === numbers[2];
      await ledger.settle(delivery, isThird ? refused : { type: 'accepted', providerSid: delivery.deliveryId });
    }
    await createPostgresContactBook(db).optOut(numbers[1] as PhoneNumber);
    const alert = newAlert(call, owner);
    const claimed = await how(ledger, alert);
    const idsOf = new Set(claimed.map(({ deliveryId }) => deliveryId));
    const rows = await db.select().from(deliveries).where(eq(deliveries.alertId, alert.alertId));
    const trail = await db.select().from(alertEvents).where(eq(alertEvents.alertId, alert.alertId));
    return {
      claimed: claimed
        .map(({ deliveryId, contactId, to, line, message, scheduledAt, ageMs, alert: told, ...rest }) => ({
          ...rest,
          place: numbers.indexOf(to),
          isToItsContact: contactId === owner.contacts[numbers.indexOf(to)]?.contactId,
          isOfItsUser: line === user.lineNumber && told?.userName === user.name,
          isOfItsAlert:
            message === alert.message &&
            told?.alertId === alert.alertId &&
            told.callSid === call.callSid &&
            told.step === alert.step,
          isOnRecord: scheduledAt === rows.find(({ id }) => id === deliveryId)?.scheduledAt.getTime(),
          isNew: ageMs < 60_000 && told !== null && Math.abs(told.ageMs - (Date.now() - alert.raisedAt)) < 60_000,
        }))
        .sort((a, b) => a.place - b.place),
      rows: rows
        .map(({ id, contactId, status, attempts, leasedBy, channel, dueAt }) => {
          const place = owner.contacts.findIndex((contact) => contact.contactId === contactId);
          const dueInS = dueAt === null ? null : Math.round((dueAt.getTime() - alert.raisedAt) / 20_000) * 20;
          return { place, channel, status, attempts, leasedBy, dueInS, isClaimed: idsOf.has(id) };
        })
        .sort((a, b) => a.place - b.place || a.channel.localeCompare(b.channel)),
      trail: trail.map(({ type, by, contactId, channel, deliveryId }) => {
        const place = owner.contacts.findIndex((contact) => contact.contactId === contactId);
        return { type, by, channel, place, isClaimed: deliveryId !== null && idsOf.has(deliveryId) };
      }),
    };
  }

  it.each([
    { escalation: NO_ESCALATION, places: [0, 3] },
    { escalation: { contactsAfterS: 60, voiceAfterS: 120 }, places: [0] },
  ])('is what could have been claimed right after: $places', async ({ escalation, places }) => {
    const claimed = await claim(whileRecorded, escalation);
    expect(claimed.claimed.map(({ place }) => place)).toEqual(places);
    const isComplete = (each: (typeof claimed.claimed)[number]) =>
      each.isToItsContact && each.isOfItsUser && each.isOfItsAlert && each.isOnRecord && each.isNew;
    expect(claimed.claimed.every(isComplete)).toBe(true);
    expect(claimed).toEqual(await claim(rightAfter, escalation));
  });
});

describe('a delivery', () => {
  it('is held by one worker at a time', async () => {
    const { ledgerOf, ledger, call, owner } = await start(20);
    await ledger.record(newAlert(call, owner));
    const claims = await Promise.all(['a', 'b', 'c'].map((name) => ledgerOf(name).claimDue({ ...CLAIM, limit: 10 })));
    const ids = claims.flat().map(({ deliveryId }) => deliveryId);
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
  });

  it('that a worker left behind is claimed again when the lease is over, as uncertain', async () => {
    const { ledgerOf, ledger, call, owner } = await start();
    await ledger.record(newAlert(call, owner));
    await ledger.claimDue({ limit: 1, leaseMs: 0 });
    expect(await ledgerOf('two').claimDue(CLAIM)).toMatchObject([{ attempts: 2, isUncertain: true }]);
  });

  it('that was not processed is due again later, and certain', async () => {
    const { ledger, call, owner, claimOne } = await start();
    await ledger.record(newAlert(call, owner));
    await ledger.settle(await claimOne(), { type: 'retry', delayMs: 60_000, code: '20429', error: 'too many' });
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });

  it('is due at once after a retry without a pause', async () => {
    const { ledger, call, owner, claimOne } = await start();
    await ledger.record(newAlert(call, owner));
    const first = await claimOne();
    await ledger.settle(first, { type: 'retry', delayMs: 0, code: '20429', error: 'too many' });
    expect(await claimOne()).toMatchObject({ deliveryId: first.deliveryId, attempts: 2, isUncertain: false });
  });

  it('is not put back by a worker whose lease has passed to another', async () => {
    const { ledgerOf, ledger, call, owner, delivery } = await start();
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
    const { ledger, call, owner, claimOne } = await start();
    await ledger.record(newAlert(call, owner));
    const [first] = await ledger.claimDue({ limit: 1, leaseMs: 0 });
    const second = await claimOne();
    expect(first && (await ledger.settle(first, { type: 'retry', delayMs: 0, code: '1', error: 'late' }))).toBeNull();
    expect(await ledger.settle(second, { type: 'accepted', providerSid: 'SM1' })).toMatchObject({ status: 'sent' });
  });

  it('of an alert is taken before requests for consent, however many are waiting', async () => {
    const { db, ledger, call, owner } = await start();
    const users = createUserStore(db);
    for (let i = 0; i < 5; i++) {
      await users.addContact(owner.userId, { name: 'New', phoneNumber: newPhoneNumber(), optIn: 'request' }, 'Agree?');
    }
    await ledger.record(newAlert(call, owner));
    expect(await ledger.claimDue({ ...CLAIM, limit: 1 })).toMatchObject([{ alert: { callSid: call.callSid } }]);
  });

  it('is cancelled when its contact has said STOP meanwhile', async () => {
    const { db, ledger, household, call, owner, delivery } = await start();
    await ledger.record(newAlert(call, owner));
    await createPostgresContactBook(db).optOut(household.numbers[0] ?? newPhoneNumber());
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
    expect(await delivery()).toMatchObject({ status: 'cancelled' });
  });

  it('waits while its contact rests from a request that was one too many, and nobody else does', async () => {
    const { db, ledger, call, owner } = await start(3);
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
    const { db, ledger, household, call, owner, claimOne, delivery } = await start();
    const contacts = createPostgresContactBook(db);
    await ledger.record(newAlert(call, owner));
    await ledger.settle(await claimOne(), { type: 'uncertain', delayMs: 0, code: '500', error: '' });
    const answered = await contacts.latestAlert(household.numbers[0] ?? newPhoneNumber(), { prefersLive: false });
    if (answered !== null) await contacts.markFalseAlarm(answered);
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
    expect(await delivery()).toMatchObject({ status: 'cancelled' });
  });

  it('holds a message of the carrier that no other may take for its own', async () => {
    const { ledger, call, owner, claimOne } = await start();
    await ledger.record(newAlert(call, owner));
    const holder = await claimOne();
    await ledger.settle(holder, { type: 'accepted', providerSid: 'SM1' });
    expect(await ledger.unclaimed(['SM1', 'SM2'], newId<DeliveryId>())).toEqual(['SM2']);
    // A report may come while the message is being looked for.
    expect(await ledger.unclaimed(['SM1', 'SM2'], holder.deliveryId)).toEqual(['SM1', 'SM2']);
  });

  it('opts its contact out when the carrier says that the recipient wants no messages', async () => {
    const { ledger, call, owner, claimOne } = await start();
    await ledger.record(newAlert(call, owner));
    await ledger.settle(await claimOne(), { type: 'failed', code: '21610', error: 'unsubscribed', isOptedOut: true });
    await ledger.record(newAlert(call, owner, 'critical'));
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });
});

describe('a delivery report', () => {
  const accepted = { type: 'accepted', providerSid: 'SM1' } as const;

  it('only ever moves a delivery forward', async () => {
    const { ledger, call, owner, claimOne, delivery } = await start();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, accepted);
    expect(await ledger.applyReport(report(claimed, 'delivered'))).toMatchObject({
      status: 'delivered',
      alert: { callSid: call.callSid },
    });
    for (const status of ['sent', 'delivered', 'undelivered', 'failed'] as const) {
      expect(await ledger.applyReport(report(claimed, status))).toBeNull();
    }
    expect(await delivery()).toMatchObject({ status: 'delivered' });
  });

  it('may come before the answer to the request', async () => {
    const { ledger, call, owner, claimOne, delivery } = await start();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.applyReport(report(claimed, 'delivered'));
    expect(await ledger.settle(claimed, accepted)).toBeNull();
    expect(await delivery()).toMatchObject({ status: 'delivered' });
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });

  it('of an arrival counts though the message had been given up', async () => {
    const { ledger, call, owner, claimOne } = await start();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, { type: 'failed', code: 'late', error: '', isOptedOut: false });
    expect(await ledger.applyReport(report(claimed, 'delivered'))).toMatchObject({ status: 'delivered' });
  });

  it('settles a delivery whose outcome nobody knew', async () => {
    const { ledger, call, owner, claimOne } = await start();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, { type: 'uncertain', delayMs: 0, code: 'ECONNABORTED', error: 'timeout' });
    expect(await ledger.applyReport(report(claimed, 'sent'))).toMatchObject({ status: 'sent' });
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });

  it('of a failure that may pass has the message sent again, and is then forgotten', async () => {
    const { ledger, call, owner, claimOne, delivery } = await start();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, accepted);
    const unreachable = { ...report(claimed, 'undelivered'), errorCode: '30003', isRetryable: true };
    expect(await ledger.applyReport(unreachable)).toMatchObject({ status: 'pending' });
    expect(await ledger.applyReport(unreachable)).toBeNull();
    expect(await claimOne()).toMatchObject({ attempts: 2, isUncertain: false });
    await ledger.settle(claimed, { type: 'accepted', providerSid: 'SM2' });
    expect(await ledger.applyReport(unreachable)).toBeNull();
    expect(await ledger.applyReport(report(claimed, 'delivered', 'SM2'))).toMatchObject({ status: 'delivered' });
    expect(await delivery()).toMatchObject({ attempts: 2 });
  });

  it('of a failure that may pass is final when there have been attempts enough', async () => {
    const { ledger, call, owner, claimOne, delivery } = await start();
    await ledger.record(newAlert(call, owner));
    for (const sid of ['SM1', 'SM2', 'SM3']) {
      const claimed = await claimOne();
      await ledger.settle(claimed, { type: 'accepted', providerSid: sid });
      await ledger.applyReport({ ...report(claimed, 'undelivered', sid), errorCode: '30003', isRetryable: true });
    }
    expect(await delivery()).toMatchObject({ status: 'undelivered', attempts: 3, errorCode: '30003' });
  });

  it('of a message that is not ours changes nothing', async () => {
    const { ledger, call, owner, claimOne } = await start();
    await ledger.record(newAlert(call, owner));
    const claimed = await claimOne();
    await ledger.settle(claimed, accepted);
    expect(await ledger.applyReport(report(claimed, 'delivered', 'SM99'))).toBeNull();
  });
});
