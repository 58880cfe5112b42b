import { describe, expect, it } from 'vitest';
import { openOutbox } from '../support/outbox.ts';
import { letPass } from '../support/people.ts';

describe('a call with an alert', () => {
  const VOICE = { escalation: { contactsAfterS: null, voiceAfterS: 30 } };

  it.each(['500-after', 'timeout-after'] as const)('is looked for, and not placed twice, after %s', async (fault) => {
    const { db, twilio, household, raise, startWorker, settled } = await openOutbox(1, { answerMs: 200 }, VOICE);
    twilio.telephones.set(household.numbers[0] ?? '', [fault]);
    await raise();
    await letPass(db, 31);
    startWorker('a');
    const outcomes = await settled(3);
    expect(outcomes.map(({ type }) => type).sort()).toEqual(['accepted', 'accepted', 'uncertain']);
    expect(twilio.calls).toMatchObject([{ to: household.numbers[0], from: household.user.lineNumber }]);
  });

  it('is placed when it was looked for and not found', async () => {
    const { db, twilio, household, raise, startWorker, settled } = await openOutbox(1, {}, VOICE);
    twilio.telephones.set(household.numbers[0] ?? '', ['500-before']);
    await raise();
    await letPass(db, 31);
    startWorker('a');
    await settled(3);
    expect(twilio.calls).toHaveLength(1);
  });

  it('is placed once, however many workers there are', async () => {
    const { db, twilio, household, raise, startWorker, settled } = await openOutbox(10, {}, VOICE);
    await raise();
    await letPass(db, 31);
    for (const worker of ['a', 'b', 'c'].map(startWorker)) worker.wake();
    await settled(20);
    expect(twilio.calls.map(({ to }) => to).sort()).toEqual([...household.numbers].sort());
  });
});
