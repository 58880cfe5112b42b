import { describe, expect, it } from 'vitest';
import { createTwilioClient } from '../../src/delivery/twilio/twilio-client.ts';
import { eventually } from '../support/eventually.ts';
import { ACCOUNT, openOutbox } from '../support/outbox.ts';
import { newAlert, newCallSid } from '../support/people.ts';

describe('the outbox', () => {
  it('sends each message once, however many workers there are', async () => {
    const { twilio, household, startWorker, raise, settled } = await openOutbox(30);
    const workers = ['a', 'b', 'c'].map(startWorker);
    await raise();
    for (const worker of workers) worker.wake();
    await settled(30);
    expect(twilio.messages.map(({ to }) => to).sort()).toEqual([...household.numbers].sort());
  });

  it.each([0, 1, 3])(
    'sends what is left of an alert that was recorded with room for %i, before it looks again',
    async (limit) => {
      const { twilio, household, ledger, startWorker, settled } = await openOutbox(3, {
        concurrency: 1,
        pollMs: 3_600_000,
      });
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
    const { twilio, household, startWorker, raise, settled } = await openOutbox(1, { giveUpAfterMs: 100 });
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
    const { startWorker, raise, settled } = await openOutbox(1, {}, { authToken: 'a token that was changed' });
    startWorker('a');
    await raise();
    expect((await settled(2)).map(({ type }) => type)).toEqual(['retry', 'retry']);
  });

  it('does not take another call’s message for its own, though the words are the same', async () => {
    const { twilio, household, ledger, startWorker, settled } = await openOutbox(1);
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
    const { twilio, household, startWorker, raise, settled } = await openOutbox(1, { answerMs: 200 });
    twilio.faults.set(household.numbers[0] ?? '', ['timeout-after']);
    startWorker('a');
    await raise();
    expect((await settled(2)).map(({ type }) => type)).toEqual(['uncertain', 'accepted']);
    expect(twilio.messages).toHaveLength(1);
  });

  it('looks for a message whose answer was lost before it sends it again', async () => {
    const { twilio, household, startWorker, raise, settled } = await openOutbox(1);
    twilio.faults.set(household.numbers[0] ?? '', ['500-after']);
    startWorker('a');
    await raise();
    expect((await settled(2)).map(({ type }) => type)).toEqual(['uncertain', 'accepted']);
    expect(twilio.messages).toHaveLength(1);
  });

  it('sends what it looked for and did not find', async () => {
    const { twilio, household, startWorker, raise, settled } = await openOutbox(1);
    twilio.faults.set(household.numbers[0] ?? '', ['500-before']);
    startWorker('a');
    await raise();
    expect((await settled(2)).map(({ type }) => type)).toEqual(['uncertain', 'accepted']);
    expect(twilio.messages).toHaveLength(1);
  });

  it('finds out about the message of a worker that died between sending and knowing', async () => {
    const { twilio, household, ledger, startWorker, raise, settled } = await openOutbox(1);
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
    const { twilio, household, startWorker, raise, settled } = await openOutbox(1);
    twilio.faults.set(household.numbers[0] ?? '', ['21610']);
    startWorker('a');
    await raise();
    expect(await settled(1)).toMatchObject([{ type: 'failed', code: '21610', isOptedOut: true }]);
  });

  it('keeps what is due while the carrier cannot be reached', async () => {
    const { twilio, startWorker, raise, settled } = await openOutbox(1);
    await twilio.stop();
    startWorker('a');
    await raise();
    expect((await settled(1))[0]).toMatchObject({ type: 'retry', code: 'ECONNREFUSED' });
  });

  it('claims nothing more once it is stopped, and loses nothing', async () => {
    const { twilio, ledger, startWorker, raise } = await openOutbox(3);
    const worker = startWorker('a');
    await worker.stop();
    await raise();
    worker.wake();
    expect(await ledger.claimDue({ limit: 10, leaseMs: 0 })).toHaveLength(3);
    expect(twilio.messages).toEqual([]);
  });
});
