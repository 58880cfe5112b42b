import { describe, expect, it } from 'vitest';
import { septetsOf } from '../../src/alerting/gsm7.ts';
import { BANK_IMPERSONATION, GENUINE_FRAUD_DESK, GRANDCHILD_IN_TROUBLE } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import { completed, PUBLIC_ORIGIN, startService } from '../support/service.ts';

describe('a scam call', () => {
  it('sends an SMS to each contact who has agreed, while the caller is still talking', async () => {
    const service = await startService();
    const { lineNumber, contacts } = await service.household(['recorded', 'recorded', 'request']);
    const call = await service.ring(lineNumber);
    const talking = call.say(BANK_IMPERSONATION.lines);
    const [first, second, asked] = contacts.map(({ phoneNumber }) => phoneNumber);
    await eventually(() => service.messagesTo(first ?? '').length > 0);
    expect(call.isConnected).toBe(true);
    await talking;
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(record.alerts.map(({ step }) => step)).toEqual(['critical']);
    expect(service.messagesTo(first ?? '')).toHaveLength(1);
    expect(service.messagesTo(second ?? '')).toHaveLength(1);
    expect(service.messagesTo(asked ?? '')).toEqual([expect.stringContaining('Reply YES')]);
  });

  it('sends one SMS for each step that its risk takes', async () => {
    const service = await startService();
    const { lineNumber, contacts } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say([
      { speaker: 'caller', text: 'This is officer Cole with the Internal Revenue Service.' },
      { speaker: 'caller', text: 'There is a warrant out for your arrest.' },
      { speaker: 'caller', text: 'Do not tell anyone. Buy gift cards right now and read me the numbers.' },
    ]);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(record.alerts.map(({ step }) => step)).toEqual(['high', 'critical']);
    expect(service.messagesTo(contacts[0]?.phoneNumber ?? '')).toHaveLength(2);
  });

  it('tells who, what, what to do and how to answer, in one GSM-7 segment', async () => {
    const service = await startService();
    const { lineNumber, contacts } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(GRANDCHILD_IN_TROUBLE.lines);
    const [message] = await eventually(() => {
      const messages = service.standIns.twilio.messages.filter(({ to }) => to === contacts[0]?.phoneNumber);
      return messages.length > 0 && messages;
    });
    expect(message?.body).toMatch(/Rosa Quill.*fake relative.*\b1\b.*HANGUP.*SAFE/);
    expect(septetsOf(message?.body ?? '')).toBeLessThanOrEqual(160);
    expect(message?.statusCallback).toMatch(new RegExp(`^${PUBLIC_ORIGIN}/sms/status\\?delivery=[0-9a-f-]{36}$`));
    await call.hangUp();
  });

  it('leaves a record of what was said, what was found and what was sent', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    const said = BANK_IMPERSONATION.lines.map(({ text }) => text).join(' ');
    expect(record.transcript.map(({ text }) => text).join(' ')).toBe(said);
    expect(record.transcript.map(({ id }) => id)).toEqual(record.transcript.map((_, index) => `u${index + 1}`));
    expect(record).toMatchObject({ risk: 'critical', scamType: 'bank_impersonation', blindMs: 0 });
    expect(record.facts.map(({ tactic }) => tactic)).toEqual(
      expect.arrayContaining(['ask_code', 'ask_move_money', 'secrecy']),
    );
    expect(record.facts.every(({ quote }) => said.includes(quote))).toBe(true);
    expect(record.analyses.length).toBeGreaterThan(0);
  });

  it('shows on the feed in the order in which it happens', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    const types = await eventually(() => {
      const told = service.events.map(({ type }) => type);
      return told.includes('call.ended') && told;
    });
    expect(types[0]).toBe('call.started');
    expect(types.filter((type) => type === 'alert.raised')).toHaveLength(1);
    expect(types.indexOf('risk.changed')).toBeGreaterThan(types.indexOf('transcript.final'));
    expect(types.indexOf('alert.delivery')).toBeGreaterThan(types.indexOf('alert.raised'));
    expect(types.lastIndexOf('transcript.final')).toBeLessThan(types.indexOf('call.ended'));
  });
});

describe('an honest call', () => {
  it('of a real fraud desk sends nothing', async () => {
    const service = await startService();
    const { lineNumber, contacts } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(GENUINE_FRAUD_DESK.lines);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(record.alerts).toEqual([]);
    expect(['low', 'elevated']).toContain(record.risk);
    expect(record.transcript.length).toBeGreaterThan(0);
    expect(service.messagesTo(contacts[0]?.phoneNumber ?? '')).toEqual([]);
  });
});
