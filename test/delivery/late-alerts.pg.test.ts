import { describe, expect, it } from 'vitest';
import { openOutbox } from '../support/outbox.ts';
import { letPass, newAlert } from '../support/people.ts';

describe('an alert that leaves late', () => {
  const PATIENT = { giveUpAfterMs: 3_600_000, firstRetryMs: 5_000, longestRetryMs: 5_000 };

  it('says its age, from five minutes on', async () => {
    const { db, twilio, household, ledger, startWorker, settled } = await openOutbox(1);
    await ledger.record(newAlert(household.call, household.owner));
    await letPass(db, 12 * 60 + 30);
    startWorker('a');
    await settled(1);
    expect(twilio.messages.map(({ body }) => body)).toEqual([expect.stringMatching(/^ETHIQ 12 min ago: Rosa Quill/)]);
  });

  it('is found again by the words that were sent, though it is older by then', async () => {
    const { db, twilio, household, raise, startWorker, settled } = await openOutbox(1, PATIENT);
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
