import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import { startService, type TestService } from '../support/service.ts';

/** A second is the shortest step that a user may choose. */
const STEPS = { contactsAfterS: 1, voiceAfterS: 1 };
const NEVER_SOON = { contactsAfterS: 3_600, voiceAfterS: 3_600 };

async function alertedCall(escalation = STEPS, contacts = 2) {
  const service = await startService({
    limits: (limits) => ({ ...limits, outbox: { ...limits.outbox, pollMs: 50, callAgainMs: 100 } }),
  });
  const household = await service.household(
    Array.from({ length: contacts }, () => 'recorded' as const),
    escalation,
  );
  const call = await service.ring(household.lineNumber);
  const [first = '', second = ''] = household.contacts.map(({ phoneNumber }) => phoneNumber);
  const play = async () => {
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
  };
  const alert = async () => (await service.recordOf(call.callSid)).alerts[0];
  return { service, household, call, first, second, play, alert };
}

const acknowledged = (alert: () => Promise<{ acknowledgedAt: string | null } | undefined>) =>
  eventually(async () => (await alert())?.acknowledgedAt);
const callsTo = (service: TestService, number: string) =>
  service.standIns.twilio.calls.filter(({ to }) => to === number);

describe('an alert that nobody answers', () => {
  it('goes to the second contact, then to the telephone, where the key 1 acknowledges it', async () => {
    const { service, household, first, second, play, alert } = await alertedCall();
    service.standIns.twilio.telephones.set(first, ['press 1']);
    await play();
    await acknowledged(alert);
    expect(service.messagesTo(first)).toHaveLength(1);
    expect(service.messagesTo(second)).toHaveLength(1);
    const [placed] = callsTo(service, first);
    expect(placed).toMatchObject({ from: household.lineNumber });
    expect(placed?.twiml).toMatch(/<Gather.*<Say>.*Rosa Quill is on a phone call.*a fake bank.*press 1/);
    await eventually(() => placed?.heard[0]?.includes('Thank you'));
    await eventually(async () => (await alert())?.deliveries.every(({ status }) => status !== 'pending'));
    expect(callsTo(service, second)).toEqual([]);
    const told = await alert();
    expect(told?.deliveries.map(({ channel, status }) => `${channel} ${status}`)).toEqual([
      'sms delivered',
      'sms delivered',
      'voice delivered',
      'voice cancelled',
    ]);
    expect(told?.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['raised', 'escalated', 'cancelled']));
    expect(told?.events.find(({ type }) => type === 'acknowledged')?.by).toBe(household.contacts[0]?.id);
  });

  it('is told by telephone again to one who did not pick up, and asks again after a wrong key', async () => {
    const { service, first, play, alert } = await alertedCall({ contactsAfterS: 1, voiceAfterS: 1 }, 1);
    service.standIns.twilio.telephones.set(first, ['busy', 'no-answer', 'press 7']);
    await play();
    await eventually(() => callsTo(service, first)[2]?.heard[0]?.includes('<Gather'));
    await eventually(async () => (await alert())?.deliveries[1]?.status === 'delivered');
    expect(await alert()).toMatchObject({ acknowledgedAt: null, deliveries: [{}, { attempts: 3 }] });
    expect(callsTo(service, first)).toHaveLength(3);
  });
});

describe('an alert that is acknowledged in time', () => {
  it('goes to nobody else', async () => {
    const { service, first, second, play, alert } = await alertedCall(NEVER_SOON);
    await play();
    await eventually(() => service.messagesTo(first).length > 0);
    await eventually(async () => (await alert())?.deliveries.some(({ status }) => status === 'delivered'));
    await service.webhook('/sms/incoming', { MessageSid: 'SM1', From: first, To: '+15555550142', Body: '1' });
    expect((await alert())?.deliveries.map(({ status }) => status)).toEqual([
      'delivered',
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
    expect(service.messagesTo(second)).toEqual([]);
    expect(service.standIns.twilio.calls).toEqual([]);
  });
});

describe('the key of an alert that is no more', () => {
  it('gets a friendly word', async () => {
    const { service } = await alertedCall();
    const delivery = '00000000-0000-4000-8000-000000000000';
    const response = await service.webhook(`/voice/alert?delivery=${delivery}`, { Digits: '1' });
    expect(await response.text()).toContain('Goodbye');
  });
});
