import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { AlertLedger, NewAlert } from '../../src/alerting/alert-ledger.ts';
import { type Escalation, NO_ESCALATION } from '../../src/alerting/escalation.ts';
import type { PhoneNumber } from '../../src/call/ids.ts';
import { alertEvents, deliveries } from '../../src/records/alert-schema.ts';
import { createPostgresContactBook } from '../../src/records/postgres-contact-book.ts';
import { CLAIM, openLedger } from '../support/alert-ledger.ts';
import { newAlert, newCallSid } from '../support/people.ts';

describe('what is claimed as an alert is recorded', () => {
  const whileRecorded = async (ledger: AlertLedger, alert: NewAlert) =>
    (await ledger.record(alert, { claim: CLAIM })).claimed;
  const rightAfter = (ledger: AlertLedger, alert: NewAlert) => ledger.record(alert).then(() => ledger.claimDue(CLAIM));

  /** Of four contacts the second wants no messages, and the third rests: what was claimed, and what is on record. */
  async function claim(how: typeof whileRecorded, escalation: Escalation) {
    const { db, ledger, household } = await openLedger(4, escalation);
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
