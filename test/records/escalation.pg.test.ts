import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { NO_ESCALATION } from '../../src/alerting/escalation.ts';
import { deliveries } from '../../src/records/alert-schema.ts';
import { createCallReader } from '../../src/records/call-reader.ts';
import { createPostgresAlertLedger } from '../../src/records/postgres-alert-ledger.ts';
import { createPostgresContactBook } from '../../src/records/postgres-contact-book.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, LEDGER_LIMITS, letPass, newAlert, newPhoneNumber } from '../support/people.ts';

const CLAIM = { limit: 100, leaseMs: 60_000 };
const STEPS = { contactsAfterS: 60, voiceAfterS: 90 };

async function start(escalation = STEPS as typeof NO_ESCALATION, contacts = 2) {
  const { db } = await openTestDatabase();
  const household = await createHousehold(db, contacts, escalation);
  const ledgerOf = (instanceId: string) => createPostgresAlertLedger(db, { instanceId, ...LEDGER_LIMITS });
  const ledger = ledgerOf('one');
  const book = createPostgresContactBook(db);
  const { call, owner, numbers } = household;
  const [first = newPhoneNumber(), second = newPhoneNumber()] = numbers;
  /** What is due, and was accepted: its channel and number. */
  const deliver = async () => {
    const due = await ledger.claimDue(CLAIM);
    for (const claimed of due) {
      await ledger.settle(claimed, { type: 'accepted', providerSid: `${claimed.deliveryId} ${claimed.attempts}` });
    }
    return due.map(({ channel, to }) => `${channel} ${to}`);
  };
  const answered = async (number = first) => {
    const alert = await book.latestAlert(number, { prefersLive: false });
    if (alert === null) throw new Error('there is no alert to answer');
    return alert;
  };
  const read = async () => (await createCallReader(db)(call.callSid))?.alerts ?? [];
  return { db, ledger, ledgerOf, book, call, owner, first, second, deliver, answered, read };
}

describe('an alert that nobody acknowledges', () => {
  it('of a user without an escalation goes to all contacts at once, and nobody is called', async () => {
    const { db, ledger, call, owner, first, second, deliver } = await start(NO_ESCALATION);
    await ledger.record(newAlert(call, owner));
    expect((await deliver()).sort()).toEqual([`sms ${first}`, `sms ${second}`].sort());
    await letPass(db, 86_400);
    expect(await deliver()).toEqual([]);
  });

  it('goes to the next contact, then both are called, each in its time and once', async () => {
    const { db, ledger, call, owner, first, second, deliver } = await start();
    await ledger.record(newAlert(call, owner));
    expect(await deliver()).toEqual([`sms ${first}`]);
    await letPass(db, 59);
    expect(await deliver()).toEqual([]);
    await letPass(db, 2);
    expect(await deliver()).toEqual([`sms ${second}`]);
    await letPass(db, 90);
    expect(await deliver()).toEqual([`voice ${first}`]);
    await letPass(db, 60);
    expect(await deliver()).toEqual([`voice ${second}`]);
    await letPass(db, 86_400);
    expect(await deliver()).toEqual([]);
  });

  it.each([
    [STEPS, [0, 60, 120], [210, 270, 330]],
    [{ contactsAfterS: null, voiceAfterS: 30 }, [0, 0, 0], [30, 30, 30]],
    [{ contactsAfterS: 60, voiceAfterS: null }, [0, 60, 120], []],
    [NO_ESCALATION, [0, 0, 0], []],
  ])('of a user with %j is planned for each of three contacts', async (escalation, textsAfterS, callsAfterS) => {
    const { db, ledger, call, owner } = await start(escalation, 3);
    await ledger.record(newAlert(call, owner));
    const places = owner.contacts.map(({ contactId }) => contactId);
    const plan = (await db.select().from(deliveries)).sort(
      (a, b) => places.indexOf(a.contactId) - places.indexOf(b.contactId),
    );
    const afterS = (of: 'sms' | 'voice') =>
      plan
        .filter(({ channel }) => channel === of)
        .map(({ scheduledAt, createdAt }) =>
          Math.abs(Math.round((scheduledAt.getTime() - createdAt.getTime()) / 1_000)),
        );
    expect([afterS('sms'), afterS('voice')]).toEqual([textsAfterS, callsAfterS]);
    expect(plan.every(({ dueAt, scheduledAt }) => dueAt?.getTime() === scheduledAt.getTime())).toBe(true);
  });

  it('is escalated by one of several workers', async () => {
    const { db, ledger, ledgerOf, call, owner, deliver } = await start({ contactsAfterS: 1, voiceAfterS: 1 }, 10);
    await ledger.record(newAlert(call, owner));
    await deliver();
    await letPass(db, 60);
    const claims = await Promise.all(['a', 'b', 'c'].map((name) => ledgerOf(name).claimDue(CLAIM)));
    const ids = claims.flat().map(({ deliveryId }) => deliveryId);
    expect(ids).toHaveLength(19);
    expect(new Set(ids).size).toBe(19);
  });

  it('starts with the first of those who agreed', async () => {
    const { ledger, book, call, owner, first, second, deliver } = await start();
    await book.optOut(first);
    await ledger.record(newAlert(call, owner));
    expect(await deliver()).toEqual([`sms ${second}`]);
  });
});

describe('an acknowledgement', () => {
  it('stops every later step', async () => {
    const { db, ledger, book, call, owner, deliver, answered, read } = await start();
    await ledger.record(newAlert(call, owner));
    await deliver();
    await book.acknowledge(await answered());
    const [alert] = await read();
    expect(alert?.deliveries.map(({ status }) => status)).toEqual(['sent', 'cancelled', 'cancelled', 'cancelled']);
    await letPass(db, 86_400);
    expect(await deliver()).toEqual([]);
  });

  it('stops a step whose attempt is under way, before it is tried again', async () => {
    const { db, ledger, book, call, owner, deliver, answered } = await start();
    await ledger.record(newAlert(call, owner));
    await deliver();
    await letPass(db, 61);
    const [step] = await ledger.claimDue(CLAIM);
    await book.acknowledge(await answered());
    expect(
      step && (await ledger.settle(step, { type: 'retry', delayMs: 0, code: '20429', error: 'too many' })),
    ).toMatchObject({ status: 'pending' });
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });

  it('keeps nothing back that was to be told at once', async () => {
    const { ledger, book, call, owner, first, answered } = await start(NO_ESCALATION);
    await ledger.record(newAlert(call, owner));
    for (const claimed of await ledger.claimDue(CLAIM)) {
      await (claimed.to === first
        ? ledger.settle(claimed, { type: 'accepted', providerSid: 'SM1' })
        : ledger.settle(claimed, { type: 'retry', delayMs: 0, code: '20429', error: 'too many' }));
    }
    await book.acknowledge(await answered());
    expect(await ledger.claimDue(CLAIM)).toHaveLength(1);
  });

  it('of a graver alert stops the escalation of the easier one too, and not the other way round', async () => {
    const { db, ledger, book, call, owner, first, second, deliver, answered } = await start();
    await ledger.record(newAlert(call, owner));
    await deliver();
    await book.acknowledge(await answered());
    await ledger.record({ ...newAlert(call, owner, 'critical'), raisedAt: Date.now() + 1_000 });
    expect(await deliver()).toEqual([`sms ${first}`]);
    await letPass(db, 61);
    expect(await deliver()).toEqual([`sms ${second}`]);
    const other = await start();
    await other.ledger.record(newAlert(other.call, other.owner));
    await other.ledger.record({ ...newAlert(other.call, other.owner, 'critical'), raisedAt: Date.now() + 1_000 });
    await other.deliver();
    await other.book.acknowledge(await other.answered());
    expect((await other.read()).map(({ acknowledgedAt }) => acknowledgedAt !== null)).toEqual([true, true]);
    await letPass(other.db, 86_400);
    expect(await other.deliver()).toEqual([]);
  });
});

describe('a call with an alert', () => {
  it('that nobody picks up is placed again, so often and no more', async () => {
    const { db, ledger, call, owner, first, deliver, read } = await start({ contactsAfterS: null, voiceAfterS: 30 }, 1);
    await ledger.record(newAlert(call, owner));
    await deliver();
    await letPass(db, 31);
    for (const attempt of [1, 2]) {
      const [claimed] = await ledger.claimDue(CLAIM);
      expect(claimed).toMatchObject({ channel: 'voice', to: first, attempts: attempt });
      if (claimed === undefined) return;
      const providerSid = `CA${attempt}`;
      await ledger.settle(claimed, { type: 'accepted', providerSid });
      const { deliveryId, channel } = claimed;
      const unanswered = { status: 'undelivered', errorCode: 'no-answer', isRetryable: true } as const;
      await ledger.applyReport({ deliveryId, channel, providerSid, ...unanswered });
    }
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
    const [alert] = await read();
    expect(alert?.deliveries[1]).toMatchObject({ status: 'undelivered', attempts: 2, errorCode: 'no-answer' });
  });
});

describe('the audit trail', () => {
  it('holds every step of an alert, when and by whom', async () => {
    const { db, ledger, book, call, owner, deliver, answered, read } = await start();
    await ledger.record(newAlert(call, owner));
    const [claimed] = await ledger.claimDue(CLAIM);
    if (claimed === undefined) throw new Error('nothing is due');
    await ledger.settle(claimed, { type: 'retry', delayMs: 0, code: '20429', error: 'too many' });
    await deliver();
    const providerSid = `${claimed.deliveryId} 2`;
    const delivered = { status: 'delivered', errorCode: null, isRetryable: false } as const;
    await ledger.applyReport({ deliveryId: claimed.deliveryId, channel: 'sms', providerSid, ...delivered });
    await letPass(db, 61);
    await deliver();
    const alert = await answered();
    await book.acknowledge(alert);
    await book.acknowledge(alert);
    await book.markFalseAlarm(alert);
    const [{ events } = { events: [] }] = await read();
    expect(events.map(({ type, by, channel, detail }) => [type, by, channel, detail])).toEqual([
      ['raised', 'one', null, 'high'],
      ['attempted', 'one', 'sms', null],
      ['retry', 'one', 'sms', '20429'],
      ['attempted', 'one', 'sms', null],
      ['accepted', 'one', 'sms', null],
      ['reported', 'carrier', 'sms', 'delivered'],
      ['escalated', 'one', 'sms', null],
      ['accepted', 'one', 'sms', null],
      ['acknowledged', alert.contactId, null, null],
      ['cancelled', alert.contactId, 'voice', null],
      ['cancelled', alert.contactId, 'voice', null],
      ['false_alarm', alert.contactId, null, null],
    ]);
    expect(events[1]).toMatchObject({ deliveryId: claimed.deliveryId, contactId: claimed.contactId });
    expect(events.every(({ at }) => Math.abs(at.getTime() - Date.now()) < 60_000)).toBe(true);
  });

  it('names whom the alert no longer reached, after STOP', async () => {
    const { ledger, book, call, owner, first, read } = await start(NO_ESCALATION, 1);
    await ledger.record(newAlert(call, owner));
    await book.optOut(first);
    await ledger.claimDue(CLAIM);
    expect((await read())[0]?.events.map(({ type }) => type)).toEqual(['raised', 'cancelled']);
  });

  it('is kept though a contact is removed, and forgotten with the call', async () => {
    const { db, ledger, call, owner, deliver, read } = await start(NO_ESCALATION, 1);
    await ledger.record(newAlert(call, owner));
    await deliver();
    await db.execute(sql`delete from emergency_contacts`);
    expect((await read())[0]?.events).toHaveLength(3);
    await db.execute(sql`delete from active_calls`);
    expect(await db.execute(sql`select * from alert_events`)).toHaveLength(0);
  });
});
