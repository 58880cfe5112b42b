import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { labelOf } from '../../src/call/feedback.ts';
import { LIMITS } from '../../src/limits.ts';
import { nothingPending, writeBatch } from '../../src/records/call-batch.ts';
import { createFeedbackStore, readFeedback } from '../../src/records/feedback-store.ts';
import { createPostgresAlertLedger } from '../../src/records/postgres-alert-ledger.ts';
import { createPostgresContactBook } from '../../src/records/postgres-contact-book.ts';
import { openTestDatabase } from '../support/database.ts';
import { createHousehold, newAlert, newCallSid } from '../support/people.ts';

const SCAM = { verdict: 'scam', scamType: 'romance', note: 'she sent money' } as const;

async function start() {
  const { db } = await openTestDatabase();
  const { call, owner } = await createHousehold(db);
  await writeBatch(db, new Map([[call.callSid, { ...nothingPending(), registered: call }]]), 'test');
  return { db, call, owner, store: createFeedbackStore(db) };
}

describe('the label of a call', () => {
  it('is the latest of each source, and the operator has the last word', async () => {
    const { db, call, owner, store } = await start();
    const alert = newAlert(call, owner);
    const { alertId } = await createPostgresAlertLedger(db, { instanceId: 'a', ...LIMITS.outbox }).record(alert);
    const contactId = owner.contacts[0]?.contactId;
    if (contactId === undefined) throw new Error('no contact');
    await store.give(call.callSid, { verdict: 'legitimate', scamType: null, note: null });
    await store.give(call.callSid, SCAM);
    const contacts = createPostgresContactBook(db);
    const answered = { alertId, callSid: call.callSid, contactId, userName: owner.name };
    await contacts.markFalseAlarm(answered);
    await contacts.markFalseAlarm(answered);
    const feedback = await readFeedback(db, [call.callSid]);
    expect(feedback).toMatchObject([
      { source: 'contact', contactId, verdict: 'legitimate' },
      { source: 'operator', contactId: null, ...SCAM },
    ]);
    expect(labelOf(feedback)).toMatchObject(SCAM);
    expect(labelOf(feedback.slice(0, 1))).toMatchObject({ source: 'contact' });
    expect(labelOf([])).toBeNull();
  });

  it('goes with its call, and needs one', async () => {
    const { db, call, store } = await start();
    expect(await store.give(newCallSid(), SCAM)).toBeNull();
    await store.give(call.callSid, SCAM);
    await db.execute(sql`delete from active_calls where call_sid = ${call.callSid}`);
    expect(await readFeedback(db, [call.callSid])).toEqual([]);
  });
});
