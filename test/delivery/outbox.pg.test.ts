import { describe, expect, it, onTestFinished } from 'vitest';
import type { DeliveryOutcome } from '../../src/alerting/alert-ledger.ts';
import { NO_ESCALATION } from '../../src/alerting/escalation.ts';
import { systemClock } from '../../src/call/clock.ts';
import { startOutbox } from '../../src/delivery/outbox.ts';
import { createTwilioClient } from '../../src/delivery/twilio/twilio-client.ts';
import { createTwilioSenders } from '../../src/delivery/twilio/twilio-senders.ts';
import { createPostgresAlertLedger } from '../../src/records/postgres-alert-ledger.ts';
import { startTwilioStandIn } from '../../src/simulators/twilio-stand-in.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createHousehold, letPass, newAlert, newCallSid } from '../support/people.ts';

const LIMITS = {
  pollMs: 20,
  concurrency: 4,
  leaseMs: 60_000,
  answerMs: 5_000,
  giveUpAfterMs: 60_000,
  lateAfterMs: 300_000,
  firstRetryMs: 20,
  longestRetryMs: 40,
};
const REPORTS = {
  reportedFailures: 4,
  firstRetryMs: 20,
  longestRetryMs: 40,
  unansweredCalls: 2,
  callAgainMs: 20,
  restMs: 20,
};
const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' };

async function start(
  contacts: number,
  limits: Partial<typeof LIMITS> = {},
  { authToken = ACCOUNT.authToken, escalation = NO_ESCALATION } = {},
) {
  const { db } = await openTestDatabase();
  const twilio = await startTwilioStandIn({ ...ACCOUNT, serviceUrl: () => 'http://127.0.0.1:9' });
  onTestFinished(() => twilio.stop());
  const household = await createHousehold(db, contacts, escalation);
  const outcomes: DeliveryOutcome[] = [];
  const ledgerFailures: unknown[] = [];
  const ledger = createPostgresAlertLedger(db, { instanceId: 'one', ...REPORTS });
  const client = createTwilioClient({ ...ACCOUNT, authToken, apiUrl: twilio.url });
  const startWorker = (instanceId: string) => {
    const outbox = startOutbox({
      ledger: createPostgresAlertLedger(db, { instanceId, ...REPORTS }),
      senders: createTwilioSenders({ client, sender: { from: '+15555550142' }, baseUrl: 'https://calls.test' }),
      clock: systemClock,
      random: Math.random,
      limits: { ...LIMITS, ...limits },
      observer: {
        attempting: () => undefined,
        settled: (_delivery, outcome) => outcomes.push(outcome),
        changed: () => undefined,
        ledgerFailed: (error) => ledgerFailures.push(error),
      },
    });
    onTestFinished(() => outbox.stop());
    return outbox;
  };
  const raise = () => ledger.record(newAlert(household.call, household.owner));
  const settled = (count: number) => eventually(() => outcomes.length >= count && outcomes);
  return { db, twilio, household, ledger, ledgerFailures, startWorker, raise, settled };
}

describe('the outbox', () => {
  it('sends each message once, however many workers there are', async () => {
    const { twilio, household, startWorker, raise, settled } = await start(30);
    const workers = ['a', 'b', 'c'].map(startWorker);
    await raise();
    for (const worker of workers) worker.wake();
    await settled(30);
    expect(twilio.messages.map(({ to }) => to).sort()).toEqual([...household.numbers].sort());
  });

  it.each([0, 1, 3])(
    'sends what is left of an alert that was recorded with room for %i, before it looks again',
    async (limit) => {
      const { twilio, household, ledger, startWorker, settled } = await start(3, { concurrency: 1, pollMs: 3_600_000 });
      const worker = startWorker('one');
      const { call, owner, numbers } = household;
      const claim = { ...worker.room(), limit };
      const { claimed } = await ledger.record(newAlert(call, owner), { claim });
      worker.deliver(claimed, claim);
      await settled(3);
      expect([claimed.length, ...twilio.messages.map(({ to }) => to).sort()]).toEqual([limit, ...[...numbers].sort()]);
    },
  );

  it('sends again what was not processed, and gives up when it is too old', async () => {
    const { twilio, household, startWorker, raise, settled } = await start(1, { giveUpAfterMs: 100 });
    twilio.faults.set(
      household.numbers[0] ?? '',
      Array.from({ length: 100 }, () => '429' as const),
    );
    startWorker('a');
    await raise();
    await eventually(async () => (await settled(1)).some(({ type }) => type === 'failed'));
    const outcomes = (await settled(1)).map(({ type }) => type);
    expect(outcomes.slice(0, -1)).toEqual(outcomes.slice(0, -1).map(() => 'retry'));
    expect(outcomes.length).toBeGreaterThan(1);
    expect(twilio.messages).toEqual([]);
  });

  it('waits until the account is in order again', async () => {
    const { startWorker, raise, settled } = await start(1, {}, { authToken: 'a token that was changed' });
    startWorker('a');
    await raise();
    expect((await settled(2)).map(({ type }) => type)).toEqual(['retry', 'retry']);
  });

  it('does not take another call’s message for its own, though the words are the same', async () => {
    const { twilio, household, ledger, startWorker, settled } = await start(1);
    const message = 'the same words';
    const { call, owner } = household;
    await ledger.record({ ...newAlert(call, owner), message });
    const worker = startWorker('a');
    worker.wake();
    await settled(1);
    twilio.faults.set(household.numbers[0] ?? '', ['500-before']);
    await ledger.record({ ...newAlert({ ...call, callSid: newCallSid() }, owner), message });
    await settled(3);
    expect(twilio.messages).toHaveLength(2);
  });

  it('does not wait for an answer that never ends', async () => {
    const { twilio, household, startWorker, raise, settled } = await start(1, { answerMs: 200 });
    twilio.faults.set(household.numbers[0] ?? '', ['timeout-after']);
    startWorker('a');
    await raise();
    expect((await settled(2)).map(({ type }) => type)).toEqual(['uncertain', 'accepted']);
    expect(twilio.messages).toHaveLength(1);
  });

  it('looks for a message whose answer was lost before it sends it again', async () => {
    const { twilio, household, startWorker, raise, settled } = await start(1);
    twilio.faults.set(household.numbers[0] ?? '', ['500-after']);
    startWorker('a');
    await raise();
    expect((await settled(2)).map(({ type }) => type)).toEqual(['uncertain', 'accepted']);
    expect(twilio.messages).toHaveLength(1);
  });

  it('sends what it looked for and did not find', async () => {
    const { twilio, household, startWorker, raise, settled } = await start(1);
    twilio.faults.set(household.numbers[0] ?? '', ['500-before']);
    startWorker('a');
    await raise();
    expect((await settled(2)).map(({ type }) => type)).toEqual(['uncertain', 'accepted']);
    expect(twilio.messages).toHaveLength(1);
  });

  it('finds out about the message of a worker that died between sending and knowing', async () => {
    const { twilio, household, ledger, startWorker, raise, settled } = await start(1);
    await raise();
    const [claimed] = await ledger.claimDue({ limit: 1, leaseMs: 0 });
    const client = createTwilioClient({ ...ACCOUNT, apiUrl: twilio.url });
    await client.messages.create({
      to: household.numbers[0] ?? '',
      from: '+15555550142',
      body: claimed?.message ?? '',
    });
    startWorker('another');
    expect((await settled(1)).map(({ type }) => type)).toEqual(['accepted']);
    expect(twilio.messages).toHaveLength(1);
  });

  it('does not send again what the carrier refuses', async () => {
    const { twilio, household, startWorker, raise, settled } = await start(1);
    twilio.faults.set(household.numbers[0] ?? '', ['21610']);
    startWorker('a');
    await raise();
    expect(await settled(1)).toMatchObject([{ type: 'failed', code: '21610', isOptedOut: true }]);
  });

  it('keeps what is due while the carrier cannot be reached', async () => {
    const { twilio, startWorker, raise, settled } = await start(1);
    await twilio.stop();
    startWorker('a');
    await raise();
    expect((await settled(1))[0]).toMatchObject({ type: 'retry', code: 'ECONNREFUSED' });
  });

  it('claims nothing more once it is stopped, and loses nothing', async () => {
    const { twilio, ledger, startWorker, raise } = await start(3);
    const worker = startWorker('a');
    await worker.stop();
    await raise();
    worker.wake();
    expect(await ledger.claimDue({ limit: 10, leaseMs: 0 })).toHaveLength(3);
    expect(twilio.messages).toEqual([]);
  });
});

describe('an alert that leaves late', () => {
  const PATIENT = { giveUpAfterMs: 3_600_000, firstRetryMs: 5_000, longestRetryMs: 5_000 };

  it('says its age, from five minutes on', async () => {
    const { db, twilio, household, ledger, startWorker, settled } = await start(1);
    await ledger.record(newAlert(household.call, household.owner));
    await letPass(db, 12 * 60 + 30);
    startWorker('a');
    await settled(1);
    expect(twilio.messages.map(({ body }) => body)).toEqual([expect.stringMatching(/^ETHIQ 12 min ago: Rosa Quill/)]);
  });

  it('is found again by the words that were sent, though it is older by then', async () => {
    const { db, twilio, household, raise, startWorker, settled } = await start(1, PATIENT);
    twilio.faults.set(household.numbers[0] ?? '', ['500-after']);
    await raise();
    await letPass(db, 400);
    startWorker('a');
    await settled(1);
    await letPass(db, 300);
    expect((await settled(2)).map(({ type }) => type)).toEqual(['uncertain', 'accepted']);
    expect(twilio.messages.map(({ body }) => body)).toEqual([expect.stringContaining('6 min ago')]);
  });
});

describe('a call with an alert', () => {
  const VOICE = { escalation: { contactsAfterS: null, voiceAfterS: 30 } };

  it.each(['500-after', 'timeout-after'] as const)('is looked for, and not placed twice, after %s', async (fault) => {
    const { db, twilio, household, raise, startWorker, settled } = await start(1, { answerMs: 200 }, VOICE);
    twilio.telephones.set(household.numbers[0] ?? '', [fault]);
    await raise();
    await letPass(db, 31);
    startWorker('a');
    const outcomes = await settled(3);
    expect(outcomes.map(({ type }) => type).sort()).toEqual(['accepted', 'accepted', 'uncertain']);
    expect(twilio.calls).toMatchObject([{ to: household.numbers[0], from: household.user.lineNumber }]);
  });

  it('is placed when it was looked for and not found', async () => {
    const { db, twilio, household, raise, startWorker, settled } = await start(1, {}, VOICE);
    twilio.telephones.set(household.numbers[0] ?? '', ['500-before']);
    await raise();
    await letPass(db, 31);
    startWorker('a');
    await settled(3);
    expect(twilio.calls).toHaveLength(1);
  });

  it('is placed once, however many workers there are', async () => {
    const { db, twilio, household, raise, startWorker, settled } = await start(10, {}, VOICE);
    await raise();
    await letPass(db, 31);
    for (const worker of ['a', 'b', 'c'].map(startWorker)) worker.wake();
    await settled(20);
    expect(twilio.calls.map(({ to }) => to).sort()).toEqual([...household.numbers].sort());
  });
});
