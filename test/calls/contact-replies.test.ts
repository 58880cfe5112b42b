import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import { type Household, phoneNumber, startService, type TestService } from '../support/service.ts';

async function alertedCall(optIn: 'recorded' | 'request' = 'recorded') {
  const service = await startService();
  const household = await service.household([optIn]);
  const call = await service.ring(household.lineNumber);
  await call.say(BANK_IMPERSONATION.lines);
  await eventually(() => service.events.some(({ type }) => type === 'alert.raised'));
  return { service, household, call, contact: household.contacts[0]?.phoneNumber ?? '' };
}

const reply = async (service: TestService, from: string, text: string): Promise<string> => {
  const response = await service.webhook('/sms/incoming', {
    MessageSid: 'SM1',
    From: from,
    To: '+15555550142',
    Body: text,
  });
  expect(response.status).toBe(200);
  return response.text();
};

const sentTo = (service: TestService, number: string) => eventually(() => service.messagesTo(number).length > 0);

describe('a contact who answers an alert', () => {
  it.each(['HANGUP', 'Hang up', ' hangup! '])('with %j ends the call', async (text) => {
    const { service, call, contact } = await alertedCall();
    await sentTo(service, contact);
    expect(await reply(service, contact, text)).toContain('being ended');
    expect(service.standIns.twilio.endedCalls.has(call.callSid)).toBe(true);
    await call.hangUp();
  });

  it('with 1 is on it', async () => {
    const { service, call, contact } = await alertedCall();
    await sentTo(service, contact);
    expect(await reply(service, contact, '1')).toContain('Thank you');
    const [alert] = (await service.recordOf(call.callSid)).alerts;
    expect(alert?.acknowledgedAt).not.toBeNull();
    await call.hangUp();
  });

  it('with SAFE marks a false alarm and labels the call, which goes on', async () => {
    const { service, household, call, contact } = await alertedCall();
    await sentTo(service, contact);
    expect(await reply(service, contact, 'Safe')).toContain('false alarm');
    const { alerts, feedback } = await service.recordOf(call.callSid);
    expect(alerts[0]?.falseAlarmAt).not.toBeNull();
    expect(feedback).toMatchObject([
      { source: 'contact', contactId: household.contacts[0]?.id, verdict: 'legitimate', scamType: null, note: null },
    ]);
    expect(service.standIns.twilio.endedCalls.size).toBe(0);
    await call.hangUp();
  });

  it('after the call hears that it is over', async () => {
    const { service, call, contact } = await alertedCall();
    await sentTo(service, contact);
    await call.hangUp();
    service.standIns.twilio.endedCalls.add(call.callSid);
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    expect(await reply(service, contact, 'HANGUP')).toContain('already ended');
  });
});

describe('a stranger', () => {
  it.each(['HANGUP', 'SAFE', '1', 'YES'])('who sends %s gets no answer and does nothing', async (text) => {
    const { service, call } = await alertedCall();
    expect(await reply(service, phoneNumber(), text)).not.toContain('<Message>');
    const { alerts, feedback } = await service.recordOf(call.callSid);
    expect(alerts).toMatchObject([{ acknowledgedAt: null, falseAlarmAt: null }]);
    expect(feedback).toEqual([]);
    expect(service.standIns.twilio.endedCalls.size).toBe(0);
    await call.hangUp();
  });
});

describe('a contact who is asked for consent', () => {
  const contactStatus = async (service: TestService, { id }: Household) => {
    const user = (await service.api('GET', `/users/${id}`)).json as { contacts: Array<{ status: string }> };
    return user.contacts[0]?.status;
  };

  it('gets alerts after YES, at once for the call that is going on', async () => {
    const { service, household, call, contact } = await alertedCall('request');
    await eventually(() => service.messagesTo(contact).length === 1);
    expect(await contactStatus(service, household)).toBe('pending');
    expect(await reply(service, contact, ' Yes. ')).toContain('Thank you');
    await eventually(() => service.messagesTo(contact).length === 2);
    expect(service.messagesTo(contact)[1]).toContain('fraud');
    expect(await contactStatus(service, household)).toBe('active');
    await call.hangUp();
  });

  it.each(['STOP', 'end', 'Cancel', 'REVOKE'])(
    'gets none any more after %s, which Twilio answers itself',
    async (word) => {
      const service = await startService();
      const household = await service.household(['recorded']);
      const contact = household.contacts[0]?.phoneNumber ?? '';
      expect(await reply(service, contact, word)).not.toContain('<Message>');
      expect(await contactStatus(service, household)).toBe('opted_out');
      const call = await service.ring(household.lineNumber);
      await call.say(BANK_IMPERSONATION.lines);
      await call.hangUp();
      await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
      expect((await service.recordOf(call.callSid)).alerts.flatMap(({ deliveries }) => deliveries)).toEqual([]);
    },
  );
});
