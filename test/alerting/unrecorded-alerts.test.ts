import { describe, expect, it } from 'vitest';
import type { AlertJournal } from '../../src/alerting/alert-journal.ts';
import type { AlertLedger } from '../../src/alerting/alert-ledger.ts';
import { type MessageAhead, startUnrecordedAlerts } from '../../src/alerting/unrecorded-alerts.ts';
import { type ContactId, newId, type UserId } from '../../src/call/ids.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { newAlert, newCallSid, newPhoneNumber } from '../support/people.ts';
import { settled } from '../support/settled.ts';

const LIMITS = {
  keepMs: 1_000,
  recordMs: 1_000,
  adoptMs: 5_000,
  reportMs: 60_000,
  reportRetryMs: 2_000,
  leaseMs: 15_000,
};
const never = <Value>(): Promise<Value> => new Promise(() => undefined);
const nothing = (): void => undefined;

/** A disk that takes whatever it is given and never answers, as one that is gone from its network. */
const HUNG: AlertJournal = { append: never, adopt: never, clear: never, release: never };

function start(journal: AlertJournal) {
  const clock = createFakeClock();
  const sent: MessageAhead[] = [];
  const kept: boolean[] = [];
  let recorded = 0;
  const ledger = {
    recordSent: async () => {
      recorded += 1;
      return [];
    },
    knowsDelivery: never,
  } as unknown as AlertLedger;
  const unrecorded = startUnrecordedAlerts({
    ledger,
    journal,
    sendAhead: async (message) => {
      sent.push(message);
      return { type: 'accepted', providerSid: 'SM1' };
    },
    clock,
    limits: LIMITS,
    wakeOutbox: nothing,
    observer: {
      leaving: (_alert, isKept) => void kept.push(isKept),
      sent: nothing,
      reported: nothing,
      changed: nothing,
      adopted: nothing,
      refused: nothing,
      ledgerFailed: nothing,
    },
  });
  return { clock, unrecorded, sent, kept, recorded: () => recorded };
}

describe('a disk that does not answer', () => {
  it('keeps no alert back for longer than a second, nor its record, nor the end of the process', async () => {
    const { clock, unrecorded, sent, kept, recorded } = start(HUNG);
    const userId = newId<UserId>();
    const owner = {
      userId,
      name: 'Rosa Quill',
      contacts: [{ contactId: newId<ContactId>(), phoneNumber: newPhoneNumber() }],
    };
    const call = { callSid: newCallSid(), userId, from: null, to: newPhoneNumber(), startedAt: 1 };
    const raised: string[] = [];
    const alert = newAlert(call, owner);
    const taken = unrecorded.take(alert, (alertId) => raised.push(alertId));
    await settled();
    expect(sent).toEqual([]);
    clock.advance(LIMITS.keepMs);
    await settled();
    expect(sent).toMatchObject([{ to: owner.contacts[0]?.phoneNumber, body: alert.message }]);
    expect(raised).toEqual([alert.alertId]);
    expect(kept).toEqual([false]);
    clock.advance(LIMITS.keepMs); // the outcome waits for the disk as well
    await settled();
    await Promise.race([taken, settled()]);
    expect(recorded()).toBe(1);
    const stopped = unrecorded.stop();
    await settled();
    clock.advance(LIMITS.keepMs);
    await stopped;
  });
});
