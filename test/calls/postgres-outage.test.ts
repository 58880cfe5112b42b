import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../src/records/database.ts';
import type { PhoneCall } from '../../src/simulators/phone-call.ts';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import type { FaultyLink } from '../support/faulty-link.ts';
import { newFolder } from '../support/folder.ts';
import { newPhoneNumber } from '../support/people.ts';
import { completed, type Household, startService, type TestService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

interface Outage {
  readonly service: TestService;
  readonly database: FaultyLink;
  readonly household: Household;
  readonly call: PhoneCall;
  readonly journal: string;
  readonly contact: string;
  /** The database itself, by no link. */
  direct(): DatabaseConnection;
}

/** A call whose owner is known, and a database that goes away before the deciding words. */
async function callInOutage(journalIn = (folder: string): string => folder): Promise<Outage> {
  const databaseUrl = await createTestDatabase();
  const database = await startTcpProxy(databaseUrl);
  const direct = (): DatabaseConnection => {
    const connection = openDatabase(databaseUrl);
    onTestFinished(() => connection.close());
    return connection;
  };
  const journal = journalIn(await newFolder());
  const service = await startService({
    databaseUrl: database.url,
    environment: { JOURNAL_DIR: journal },
    limits: (limits) => ({
      ...limits,
      writeBehind: { ...limits.writeBehind, longestRetryMs: 200 },
      session: { ...limits.session, alertMs: 100, recordMs: 100 },
      unrecorded: { ...limits.unrecorded, recordMs: 200, adoptMs: 100, reportRetryMs: 50 },
      outbox: { ...limits.outbox, pollMs: 100, firstRetryMs: 50 },
    }),
  });
  const household = await service.household();
  const call = await service.ring(household.lineNumber);
  await eventually(async () => (await service.recordOf(call.callSid)).status === 'in-progress');
  database.cut();
  return { service, database, household, call, journal, contact: household.contacts[0]?.phoneNumber ?? '', direct };
}

const sayAndEnd = async ({ call, service }: Outage): Promise<void> => {
  await call.say(BANK_IMPERSONATION.lines);
  await call.hangUp();
  await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
};

/** The call, once it is over and its alert is recorded and has arrived. */
const recorded = ({ service, call }: Outage) =>
  eventually(async () => {
    const record = await completed(service, call.callSid);
    return record.alerts.length > 0 && record;
  });

/** The alerts of a call whose record was lost in part, once all of their messages have come so far. */
const alertsThat = (reached: 'sent' | 'delivered', { service, call }: Outage) =>
  eventually(async () => {
    const { alerts } = await service.recordOf(call.callSid);
    const deliveries = alerts.flatMap((alert) => alert.deliveries);
    return deliveries.length > 0 && deliveries.every(({ status }) => status === reached) && alerts;
  });

const reported = ({ service }: Outage) =>
  eventually(() => service.standIns.twilio.messages.every(({ status }) => status === 'delivered'));

const metric = async ({ service }: Outage, name: string) =>
  (await service.app.metrics()).split('\n').find((line) => line.startsWith(name)) ?? '';

describe('while Postgres is away', () => {
  it('an alert leaves all the same, once, and the record shows it when it is back', async () => {
    const outage = await callInOutage();
    const { service, database, call, contact, journal } = outage;
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => service.messagesTo(contact).length === 1);
    expect(service.events.filter(({ type }) => type === 'alert.raised')).toHaveLength(1);
    await call.hangUp();
    await reported(outage);
    database.restore();
    const record = await recorded(outage);
    expect(record.alerts).toMatchObject([{ step: 'critical', deliveries: [{ status: 'delivered', attempts: 1 }] }]);
    await eventually(async () => (await readdir(journal)).length === 0);
    expect(service.messagesTo(contact)).toHaveLength(1);
    expect(service.events.filter(({ type }) => type === 'alert.raised')).toHaveLength(1);
    expect(await metric(outage, 'ethiq_alerts_journalled_total')).toBe('ethiq_alerts_journalled_total 1');
  });

  it('an alert whose answer was lost is looked for, and not sent again', async () => {
    const outage = await callInOutage();
    const { service, database, contact } = outage;
    service.standIns.twilio.faults.set(contact, ['500-after']);
    await sayAndEnd(outage);
    await reported(outage);
    database.restore();
    await recorded(outage);
    expect(service.messagesTo(contact)).toHaveLength(1);
  });

  it('an alert that Twilio puts off goes out as soon as Twilio takes it', async () => {
    const outage = await callInOutage();
    const { service, database, call, contact } = outage;
    service.standIns.twilio.faults.set(contact, ['429']);
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => service.messagesTo(contact).length === 1);
    database.restore();
    await call.hangUp();
    await recorded(outage);
    expect(service.messagesTo(contact)).toHaveLength(1);
  });

  it('a contact who wants no messages any more is found out, and opted out afterwards', async () => {
    const outage = await callInOutage();
    const { service, database, call, contact, household } = outage;
    service.standIns.twilio.faults.set(contact, ['21610']);
    await sayAndEnd(outage);
    database.restore();
    const [alert] = await eventually(async () => {
      const { alerts } = await service.recordOf(call.callSid);
      return alerts.length > 0 && alerts;
    });
    expect(alert?.deliveries).toMatchObject([{ status: 'failed', errorCode: '21610' }]);
    const user = (await service.api('GET', `/users/${household.id}`)).json as { contacts: object[] };
    expect(user.contacts).toMatchObject([{ status: 'opted_out' }]);
  });

  it('the end of the process loses no alert and sends none twice', async () => {
    const outage = await callInOutage();
    const { service, database, contact, journal } = outage;
    await sayAndEnd(outage);
    await reported(outage);
    await service.restart();
    expect(await readdir(journal)).toHaveLength(1);
    database.restore();
    const alerts = await alertsThat('delivered', outage);
    expect(alerts).toHaveLength(1);
    await eventually(async () => (await readdir(journal)).length === 0);
    expect(service.messagesTo(contact)).toHaveLength(1);
  });

  it('a killed process’s journal is taken over when it has been silent for a while', async () => {
    const outage = await callInOutage();
    const { service, database, contact, journal } = outage;
    await sayAndEnd(outage);
    await reported(outage);
    const [file = ''] = await readdir(journal);
    const left = await readFile(join(journal, file));
    database.restore();
    await recorded(outage);
    // As the dead process would have left it; what it says is recorded already.
    await writeFile(join(journal, 'dead.journal'), left);
    await utimes(join(journal, 'dead.journal'), 0, 0);
    await eventually(async () => (await readdir(journal)).length === 0);
    expect((await recorded(outage)).alerts).toHaveLength(1);
    expect(service.messagesTo(contact)).toHaveLength(1);
  });

  it('an alert that the disk refuses too leaves all the same, once, which the log, the figures and `/health` say', async () => {
    const outage = await callInOutage(() => '/dev/null/journal');
    const { service, database, contact, call } = outage;
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => service.messagesTo(contact).length === 1);
    expect(service.events.filter(({ type }) => type === 'alert.raised')).toHaveLength(1);
    expect(await metric(outage, 'ethiq_alerts_unkept_total')).toBe('ethiq_alerts_unkept_total 1');
    expect(await metric(outage, 'ethiq_alerts_journalled_total')).toBe('ethiq_alerts_journalled_total 0');
    const health = await fetch(`${service.url}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      status: 'degraded',
      checks: { database: 'error', journal: 'error', server: 'ok' },
      reasons: { journal: 'ENOTDIR' },
    });
    await call.hangUp();
    await reported(outage);
    database.restore();
    const record = await recorded(outage);
    expect(record.alerts).toMatchObject([{ step: 'critical', deliveries: [{ status: 'delivered', attempts: 1 }] }]);
    expect(service.messagesTo(contact)).toHaveLength(1);
  });

  it('an alert that the disk refused is left to the next process when the disk takes it at last', async () => {
    let folder = '';
    const outage = await callInOutage((made) => {
      folder = made;
      return join(made, 'file', 'journal');
    });
    const { service, database, contact } = outage;
    await writeFile(join(folder, 'file'), '');
    await sayAndEnd(outage);
    await reported(outage);
    await rm(join(folder, 'file'));
    await service.restart();
    database.restore();
    // Its delivery report, which nothing could keep, is lost.
    expect(await alertsThat('sent', outage)).toHaveLength(1);
    expect(service.messagesTo(contact)).toHaveLength(1);
  });
});

describe('while Postgres is slow', () => {
  it('an alert does not wait for it, and leaves once', async () => {
    const outage = await callInOutage();
    const { service, database, call, contact } = outage;
    database.restore();
    database.delayMs = 150;
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => service.messagesTo(contact).length === 1);
    await call.hangUp();
    const record = await recorded(outage);
    expect(await metric(outage, 'ethiq_alerts_journalled_total')).toBe('ethiq_alerts_journalled_total 1');
    expect(record.alerts).toMatchObject([{ deliveries: [{ status: 'delivered', attempts: 1 }] }]);
    expect(service.messagesTo(contact)).toHaveLength(1);
  });

  it('who has agreed during the call is told as soon as the late record is made', async () => {
    const outage = await callInOutage();
    const { service, database, call, contact, household } = outage;
    database.restore();
    const agreed = { name: 'New', phoneNumber: newPhoneNumber(), optIn: 'recorded' };
    await eventually(async () => (await service.api('POST', `/users/${household.id}/contacts`, agreed)).status === 201);
    const { db } = outage.direct();
    await db.transaction(async (transaction) => {
      await transaction.execute(sql`lock table alerts in access exclusive mode`);
      await call.say(BANK_IMPERSONATION.lines);
      await eventually(() => service.messagesTo(contact).length === 1);
      expect(service.messagesTo(agreed.phoneNumber)).toHaveLength(0);
    });
    await eventually(() => service.messagesTo(agreed.phoneNumber).length === 1);
    await call.hangUp();
    expect((await recorded(outage)).alerts).toMatchObject([{ deliveries: [{ attempts: 1 }, { attempts: 1 }] }]);
    expect(service.messagesTo(contact)).toHaveLength(1);
  });
});
