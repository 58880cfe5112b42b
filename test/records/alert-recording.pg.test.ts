import { asc, eq, sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ClaimedDelivery } from '../../src/alerting/alert-ledger.ts';
import { stepDeliveryId } from '../../src/call/ids.ts';
import { alertEvents, deliveries } from '../../src/records/alert-schema.ts';
import { createCallReader } from '../../src/records/call-reader.ts';
import { openDatabase } from '../../src/records/database.ts';
import { createPostgresAlertLedger } from '../../src/records/postgres-alert-ledger.ts';
import { createPostgresContactBook } from '../../src/records/postgres-contact-book.ts';
import { recordAlert } from '../../src/records/record-alert.ts';
import { analysisRow, newCallRow } from '../../src/records/rows.ts';
import { activeCalls, emergencyContacts, fraudAnalyses } from '../../src/records/schema.ts';
import { createUserStore } from '../../src/records/user-store.ts';
import { CLAIM, LIMITS, openLedger } from '../support/alert-ledger.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createHousehold, newAlert, newCallSid, newPhoneNumber } from '../support/people.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const IS_WAITING = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

describe('an alert', () => {
  it('is written with its deliveries, though the call is not recorded yet', async () => {
    const { ledger, household, call, owner } = await openLedger(3);
    expect(await ledger.record(newAlert(call, owner))).toMatchObject({ isNew: true });
    const due = await ledger.claimDue(CLAIM);
    expect(due.map(({ to }) => to).sort()).toEqual([...household.numbers].sort());
    expect(due[0]).toMatchObject({ attempts: 1, isUncertain: false, alert: { callSid: call.callSid } });
  });

  it('is recorded and its messages claimed by one commit, as far as there is room', async () => {
    const { ledger, ledgerOf, call, owner, household } = await openLedger(3);
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
    const { db, ledger, call, owner } = await openLedger(2);
    const other = { ...call, callSid: newCallSid() };
    await ledger.record(newAlert(other, owner));
    const [{ contactId }] = (await ledger.claimDue(CLAIM)) as [ClaimedDelivery];
    const id = stepDeliveryId(call.callSid, 'high', contactId);
    await db.update(deliveries).set({ id }).where(eq(deliveries.contactId, contactId));
    await expect(ledger.record(newAlert(call, owner), { claim: CLAIM })).rejects.toThrow();
    expect(await createCallReader(db)(call.callSid)).toBeNull();
  });

  it('and the record of its call that is being written behind do not wait for each other', async () => {
    const { db, ledger, call, owner } = await openLedger();
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
    const { ledger, call, owner } = await openLedger();
    const alert = newAlert(call, owner);
    await ledger.record(alert, { claim: CLAIM });
    const { isNew, claimed } = await ledger.record(alert, { claim: CLAIM });
    expect([isNew, claimed]).toMatchObject([true, [{ attempts: 2, isUncertain: true }]]);
  });

  it('claims nothing of other alerts', async () => {
    const { ledger, call, owner } = await openLedger();
    await ledger.record(newAlert(call, owner));
    const { claimed } = await ledger.record(newAlert(call, owner, 'critical'), { claim: CLAIM });
    expect(claimed.map(({ alert }) => alert?.step)).toEqual(['critical']);
  });

  it('is recorded once for each step of a call, whoever records it', async () => {
    const { ledgerOf, call, owner } = await openLedger();
    const racing = Array.from({ length: 8 }, (_, i) => ledgerOf(`instance ${i}`).record(newAlert(call, owner)));
    const recorded = await Promise.all(racing);
    expect(recorded.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(recorded.map(({ alertId }) => alertId)).size).toBe(1);
    expect(await ledgerOf('one').record(newAlert(call, owner, 'critical'))).toMatchObject({ isNew: true });
    expect(await ledgerOf('one').claimDue(CLAIM)).toHaveLength(2);
  });

  it('is never easier than one that the family has already', async () => {
    const { ledger, ledgerOf, call, owner } = await openLedger();
    const critical = await ledger.record(newAlert(call, owner, 'critical'));
    expect(await ledgerOf('two').record(newAlert(call, owner))).toMatchObject({
      alertId: critical.alertId,
      isNew: false,
    });
    expect(await ledger.claimDue(CLAIM)).toHaveLength(1);
  });

  it('waits for a graver one that is just being recorded', async () => {
    const { db, ledger, call, owner } = await openLedger();
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
    const { ledger, call, owner } = await openLedger();
    const alert = newAlert(call, owner);
    await ledger.record(alert);
    expect(await ledger.record(alert)).toMatchObject({ isNew: true });
    expect(await ledger.claimDue(CLAIM)).toHaveLength(1);
  });

  it('reaches one who agrees at the very moment', async () => {
    const { db, ledger, call, owner } = await openLedger(0);
    const phoneNumber = newPhoneNumber();
    await createUserStore(db).addContact(owner.userId, { name: 'New', phoneNumber, optIn: 'request' }, 'Agree?');
    const book = createPostgresContactBook(db);
    await Promise.all([ledger.record(newAlert(call, owner)), book.optIn(phoneNumber)]);
    expect((await ledger.claimDue(CLAIM)).filter(({ alert }) => alert !== null)).toHaveLength(1);
  });

  it('waits for one who is just agreeing', async () => {
    const { db, ledger, call, owner } = await openLedger(1);
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
    const { ledger, call, owner } = await openLedger(0);
    expect(await ledger.record(newAlert(call, owner))).toMatchObject({ isNew: true });
    expect(await ledger.claimDue(CLAIM)).toEqual([]);
  });
});
