import { describe, expect, it } from 'vitest';
import type { OpenAIFaults } from '../../src/simulators/openai-stand-in.ts';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import { completed, startService, type TestService } from '../support/service.ts';

async function playScam(service: TestService, contacts?: ReadonlyArray<'recorded' | 'request'>) {
  const household = await service.household(contacts);
  const call = await service.ring(household.lineNumber);
  await call.say(BANK_IMPERSONATION.lines);
  await call.hangUp();
  return { household, call };
}

describe('a language model that fails', () => {
  it.each<OpenAIFaults['mode']>(['error', 'rate_limit', 'hang', 'garbage', 'refusal'])(
    'by %s leaves the alert to the local detector',
    async (mode) => {
      const service = await startService({
        limits: (limits) => ({
          ...limits,
          scoring: { ...limits.scoring, reading: { ...limits.scoring.reading, deadlineMs: 300, gapMs: 50 } },
        }),
      });
      service.standIns.openai.faults.mode = mode;
      const { household, call } = await playScam(service);
      const record = await completed(service, call.callSid);
      expect(record.risk).toBe('critical');
      expect(service.messagesTo(household.contacts[0]?.phoneNumber ?? '')).toHaveLength(1);
      expect(record.facts.every(({ finder }) => finder === 'local')).toBe(true);
    },
  );

  it('by a rate limit is left alone for as long as it asks', async () => {
    const service = await startService({
      limits: (limits) => ({
        ...limits,
        scoring: { ...limits.scoring, reading: { ...limits.scoring.reading, gapMs: 50 } },
      }),
    });
    service.standIns.openai.faults.mode = 'rate_limit';
    await playScam(service);
    expect(service.standIns.openai.requests).toHaveLength(1);
  });

  it('is not needed at all', async () => {
    const service = await startService({ environment: { OPENAI_API_KEY: '' } });
    const { household, call } = await playScam(service);
    await completed(service, call.callSid);
    expect(service.messagesTo(household.contacts[0]?.phoneNumber ?? '')).toHaveLength(1);
    expect(service.standIns.openai.requests).toHaveLength(0);
  });
});

describe('a language model that works', () => {
  it('is asked one window at a time, and adds its facts to those of the local detector', async () => {
    const service = await startService({
      limits: (limits) => ({
        ...limits,
        scoring: { ...limits.scoring, reading: { ...limits.scoring.reading, gapMs: 0 } },
      }),
    });
    const { call } = await playScam(service);
    const record = await completed(service, call.callSid);
    expect(new Set(record.facts.map(({ finder }) => finder))).toEqual(new Set(['local', 'model']));
    expect(service.standIns.openai.mostAtOnce).toBe(1);
  });
});

describe('a carrier that fails', () => {
  it('holds up no other message, and each arrives in its own time', async () => {
    const service = await startService({
      limits: (limits) => ({ ...limits, outbox: { ...limits.outbox, pollMs: 50, firstRetryMs: 50 } }),
    });
    const { lineNumber, contacts } = await service.household(['recorded', 'recorded', 'recorded', 'recorded']);
    const [busy = '', lost = '', hidden = '', optedOut = ''] = contacts.map(({ phoneNumber }) => phoneNumber);
    service.standIns.twilio.faults.set(busy, ['429', '429']);
    service.standIns.twilio.faults.set(lost, ['500-before']);
    service.standIns.twilio.faults.set(hidden, ['500-after']);
    service.standIns.twilio.faults.set(optedOut, ['21610']);
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    const deliveries = await eventually(async () => {
      const { alerts } = await service.recordOf(call.callSid);
      const all = alerts.flatMap((alert) => alert.deliveries);
      return all.every(({ status }) => status === 'delivered' || status === 'failed') && all;
    });
    for (const number of [busy, lost, hidden]) expect(service.messagesTo(number)).toHaveLength(1);
    expect(service.messagesTo(optedOut)).toHaveLength(0);
    const statusOf = (number: string) =>
      deliveries.find(({ contactId }) => contactId === contacts.find((contact) => contact.phoneNumber === number)?.id);
    expect(statusOf(optedOut)).toMatchObject({ status: 'failed', errorCode: '21610', attempts: 1 });
    expect(statusOf(busy)).toMatchObject({ status: 'delivered', attempts: 3 });
  });

  it.each(['undelivered', 'untold'] as const)('to reach a handset is asked again, %s', async (fault) => {
    const service = await startService({
      limits: (limits) => ({
        ...limits,
        outbox: { ...limits.outbox, pollMs: 50, firstRetryMs: 50 },
        missingReports: { ...limits.missingReports, everyMs: 50, silentMs: 300 },
      }),
    });
    const { lineNumber, contacts } = await service.household();
    const number = contacts[0]?.phoneNumber ?? '';
    service.standIns.twilio.faults.set(number, [fault]);
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    await completed(service, call.callSid);
    expect(service.messagesTo(number)).toHaveLength(2);
  });
});
