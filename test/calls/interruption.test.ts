import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION, GENUINE_FRAUD_DESK } from '../../src/simulators/scenarios.ts';
import type { ScriptLine } from '../../src/simulators/spoken-audio.ts';
import { eventually } from '../support/eventually.ts';
import { startService, type TestService } from '../support/service.ts';

const SUSPICIOUS = BANK_IMPERSONATION.lines.slice(0, 2);
const HARMLESS = GENUINE_FRAUD_DESK.lines.slice(0, 1);
/** Much longer than the backlog. */
const UNHEARD: ScriptLine[] = Array.from({ length: 8 }, () => ({
  speaker: 'caller',
  text: 'nobody here can hear what is being said at the moment',
}));

async function startCall(
  lines: readonly ScriptLine[],
  environment: Record<string, string> = { BLIND_ALERT_MS: '300' },
) {
  const service = await startService({ environment });
  service.standIns.twilio.transcriptions.faults.isRefusing = true;
  const { lineNumber, contacts } = await service.household(['recorded', 'recorded', 'request']);
  const call = await service.ring(lineNumber);
  await call.say(lines);
  await eventually(() => service.events.some(({ type }) => type === 'risk.changed'));
  const notices = () => contacts.map(({ phoneNumber }) => notesTo(service, phoneNumber).length);
  return { service, call, notices };
}

const notesTo = (service: TestService, number: string) =>
  service.messagesTo(number).filter((text) => text.includes('interrupted'));
const isElevated = (service: TestService) =>
  service.events.some((event) => event.type === 'risk.changed' && event.risk === 'elevated');

describe('a call at risk that cannot be heard', () => {
  it('for want of a recogniser is told to its contacts once, while it lasts', async () => {
    const { service, call, notices } = await startCall(SUSPICIOUS);
    await eventually(() => isElevated(service));
    const { deepgram } = service.standIns;
    deepgram.faults.refuseWith = 503;
    deepgram.dropAll();
    await call.say(UNHEARD);
    await eventually(() => notices().join() === '1,1,0');
    deepgram.faults.refuseWith = null;
    await call.say(UNHEARD.slice(0, 2));
    await call.hangUp();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    expect(notices()).toEqual([1, 1, 0]);
    const told = service.events.filter(({ type }) => type === 'call.blind');
    expect(told).toEqual([expect.objectContaining({ callSid: call.callSid, risk: 'elevated' })]);
    const { interruption, alerts } = await service.recordOf(call.callSid);
    expect(alerts).toEqual([]);
    expect(interruption?.deliveries).toHaveLength(2);
    expect(interruption?.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['noticed', 'accepted']));
  });

  it('for want of a stream is told too, though nothing comes in', async () => {
    const { service, call, notices } = await startCall(SUSPICIOUS);
    await eventually(() => isElevated(service));
    call.over();
    call.breakStream();
    await eventually(() => notices().join() === '1,1,0');
    expect(service.events.some(({ type }) => type === 'call.ended')).toBe(false);
  });

  it('for a shorter time is told to nobody', async () => {
    const { service, call, notices } = await startCall(SUSPICIOUS, {});
    await eventually(() => isElevated(service));
    call.breakStream();
    await eventually(() => call.resumes === 1);
    await call.hangUp();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    expect(notices()).toEqual([0, 0, 0]);
  });
});

describe('a harmless call that cannot be heard', () => {
  it('is told to nobody', async () => {
    const { service, call, notices } = await startCall(HARMLESS);
    service.standIns.deepgram.faults.refuseWith = 503;
    service.standIns.deepgram.dropAll();
    await call.say(UNHEARD);
    service.standIns.deepgram.faults.refuseWith = null;
    await call.hangUp();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    expect((await service.recordOf(call.callSid)).blindMs).toBeGreaterThan(300);
    expect(notices()).toEqual([0, 0, 0]);
    expect((await service.recordOf(call.callSid)).interruption).toBeNull();
  });
});
