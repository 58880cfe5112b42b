import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import type { ScriptLine } from '../../src/simulators/spoken-audio.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createMovingCall } from '../support/moving-call.ts';
import { startTestRedis } from '../support/redis.ts';
import { type Caller, completed, FAST, phoneNumber, startService, type TestService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const said = (text: string): ScriptLine[] => [{ speaker: 'caller', text }];
const OFFICE = 'This is the fraud department of your bank.';
const ASK = 'I need your card number.';
const NUISANCE = { stirVerstat: 'TN-Validation-Failed-C' };

/** The record of a call from this number in which this was said. */
async function callFrom(service: TestService, to: string, text: string, caller: Caller) {
  const call = await service.ring(to, FAST, caller);
  await call.say(said(text));
  await call.hangUp();
  return completed(service, call.callSid);
}

describe('a number that is blocked, and forged', () => {
  it('makes enough of an ask that is not enough from a stranger, and the record says so', async () => {
    const service = await startService();
    const { id, lineNumber, contacts } = await service.household();
    const sms = () => service.messagesTo(contacts[0]?.phoneNumber ?? '');
    const from = phoneNumber();
    await service.api('PUT', `/users/${id}/numbers/${from}`, { trust: 'blocked' });
    const stranger = await callFrom(service, lineNumber, `${OFFICE} ${ASK}`, {});
    expect(stranger.priors).toEqual({ attestation: null, caller: null, sensitivity: 'normal', knownAtMs: 0 });
    expect(stranger.alerts).toEqual([]);
    const nuisance = await callFrom(service, lineNumber, `${OFFICE} ${ASK}`, { ...NUISANCE, from });
    expect(nuisance.priors).toMatchObject({ attestation: 'failed', caller: 'blocked' });
    expect(nuisance.alerts).toHaveLength(1);
    expect(sms()).toHaveLength(1);
  });

  it('alerts nobody by itself', async () => {
    const service = await startService();
    const { id, lineNumber } = await service.household();
    const from = phoneNumber();
    await service.api('PUT', `/users/${id}/numbers/${from}`, { trust: 'blocked' });
    await service.api('PATCH', `/users/${id}`, { sensitivity: 'high' });
    const record = await callFrom(service, lineNumber, 'Hello, how are you today?', { ...NUISANCE, from });
    expect(record.priors).toMatchObject({ attestation: 'failed', caller: 'blocked', sensitivity: 'high' });
    expect(record.alerts).toEqual([]);
  });
});

describe('a number that the user knows', () => {
  it('hides no scam, though its carrier vouches for it', async () => {
    const service = await startService();
    const { lineNumber, contacts } = await service.household();
    const from = contacts[0]?.phoneNumber ?? '';
    const call = await service.ring(lineNumber, FAST, { from, stirVerstat: 'TN-Validation-Passed-A' });
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(record.priors).toMatchObject({ attestation: 'A', caller: 'known' });
    expect(record).toMatchObject({ risk: 'critical', alerts: [{ step: 'critical' }] });
  });

  it('says nothing where it is the user’s own, who adds the caller', async () => {
    const service = await startService();
    const { lineNumber, phoneNumber: from } = await service.household();
    const record = await callFrom(service, lineNumber, `${OFFICE} ${ASK}`, { ...NUISANCE, from });
    expect(record.priors).toMatchObject({ attestation: null, caller: null });
  });
});

describe('a call that rings while the record is away', () => {
  it('is taken all the same, and judged by what is known of its number once that can be told', async () => {
    const database = await startTcpProxy(await createTestDatabase());
    const service = await startService({ databaseUrl: database.url });
    const { id, lineNumber, contacts } = await service.household();
    const from = phoneNumber();
    await service.api('PUT', `/users/${id}/numbers/${from}`, { trust: 'blocked' });
    await service.api('PATCH', `/users/${id}`, { language: 'es-US' });
    database.cut();
    const call = await service.ring(lineNumber, FAST, { ...NUISANCE, from });
    await call.say(said(`${OFFICE} ${ASK}`));
    await eventually(() => service.events.some((event) => event.type === 'risk.changed' && event.risk === 'elevated'));
    expect(service.messagesTo(contacts[0]?.phoneNumber ?? '')).toEqual([]);
    expect(service.standIns.deepgram.languages).toEqual(['en-US']);
    database.restore();
    await eventually(() => service.messagesTo(contacts[0]?.phoneNumber ?? '').length > 0);
    await call.say(said('Are you still there?'));
    await eventually(() => service.standIns.deepgram.languages.length === 2);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(record.priors).toMatchObject({ attestation: 'failed', caller: 'blocked' });
    expect(record.priors?.knownAtMs).toBeGreaterThan(0);
    expect(record.transcript.map(({ text }) => text).join(' ')).toBe(`${OFFICE} ${ASK} Are you still there?`);
    expect(service.standIns.deepgram.languages).toEqual(['en-US', 'es']);
  });
});

describe.each([
  ['with Redis', async () => ({ REDIS_URL: await startTestRedis() })],
  ['with Postgres alone', async () => ({})],
])('a call that moves to another instance, %s', (_how, settings) => {
  it('is judged there by what was known of its number at first', async () => {
    const databaseUrl = await createTestDatabase();
    const environment = await settings();
    const a = await startService({ databaseUrl, environment: { ...environment, DRAIN_TIMEOUT_S: '0' } });
    const b = await startService({ databaseUrl, environment, standIns: a.standIns });
    const { id, lineNumber } = await a.household();
    const from = phoneNumber();
    await a.api('PUT', `/users/${id}/numbers/${from}`, { trust: 'blocked' });
    const { call, moveTo } = createMovingCall(a, lineNumber, { ...NUISANCE, from });
    await call.dial();
    await call.connect();
    await call.say(said(OFFICE));
    const first = await eventually(async () => {
      const record = await a.recordOf(call.callSid);
      return record.transcript.length > 0 && record;
    });
    await a.api('DELETE', `/users/${id}/numbers/${from}`);
    await a.api('PATCH', `/users/${id}`, { sensitivity: 'low' });
    moveTo(b);
    await a.app.drain();
    await eventually(() => call.resumes === 1);
    await call.say(said(ASK));
    await call.hangUp();
    const record = await completed(b, call.callSid);
    expect(first.priors).toMatchObject({ attestation: 'failed', caller: 'blocked', sensitivity: 'normal' });
    expect(record.priors).toEqual(first.priors);
    expect(record.alerts).toHaveLength(1);
  });
});

describe('the language of a user', () => {
  it.each([
    ['es-US', 'es', 'es-US'],
    ['es-419', 'es-419', 'es-ES'],
    ['fr', 'fr', 'fr-FR'],
    [null, 'en-US', 'en-US'],
  ])('%s is what both recognisers listen for, each as it knows it', async (language, forDeepgram, forTwilio) => {
    const service = await startService({ hasFallback: true });
    const { deepgram, twilio } = service.standIns;
    const { id, lineNumber } = await service.household();
    await service.api('PATCH', `/users/${id}`, { language });
    const call = await service.ring(lineNumber);
    await call.say(said('Hello.'));
    await eventually(() => deepgram.counts.opened > 0);
    deepgram.faults.refuseWith = 503;
    deepgram.dropAll();
    while (twilio.transcriptions.started.length === 0) await call.say(said(''));
    await call.hangUp();
    expect(deepgram.languages).toEqual([forDeepgram]);
    expect(twilio.transcriptions.started.map(({ languageCode }) => languageCode)).toEqual([forTwilio]);
  });
});
