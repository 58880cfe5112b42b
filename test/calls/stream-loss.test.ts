import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import { completed, startService } from '../support/service.ts';

const [greeting, ...rest] = BANK_IMPERSONATION.lines;
const FIRST = greeting === undefined ? [] : [greeting];

describe('a media stream that ends while the call goes on', () => {
  it('is opened again by the redirect, and the call keeps its memory', async () => {
    const service = await startService();
    const { lineNumber, contacts } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(FIRST);
    await eventually(() => service.events.some(({ type }) => type === 'transcript.final'));
    call.breakStream();
    await eventually(() => call.resumes === 1);
    await call.say(rest);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    const said = BANK_IMPERSONATION.lines.map(({ text }) => text).join(' ');
    expect(record.transcript.map(({ text }) => text).join(' ')).toBe(said);
    expect(new Set(record.transcript.map(({ id }) => id)).size).toBe(record.transcript.length);
    const starts = record.transcript.map(({ startMs }) => startMs);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(record.facts.some(({ tactic }) => tactic === 'authority')).toBe(true);
    expect(record.blindMs).toBeGreaterThan(0);
    expect(service.messagesTo(contacts[0]?.phoneNumber ?? '')).toHaveLength(1);
    expect(service.events.filter(({ type }) => type === 'call.started')).toHaveLength(1);
    expect(service.events.filter(({ type }) => type === 'call.ended')).toHaveLength(1);
  });

  it('gives way to the newest stream of its call', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(FIRST);
    const isFirstClosed = await call.reopen();
    await eventually(isFirstClosed);
    await call.say(rest);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(record.transcript.map(({ text }) => text).join(' ')).toContain('safe account');
    expect(await service.app.metrics()).toContain('ethiq_media_streams_total{outcome="released"} 1');
  });

  it('and never comes back ends the call after a while, once', async () => {
    const service = await startService({
      limits: (limits) => ({ ...limits, session: { ...limits.session, resumeMs: 200 } }),
    });
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(FIRST);
    call.over();
    call.breakStream();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    expect(await service.recordOf(call.callSid)).toMatchObject({ status: 'completed' });
    expect(service.standIns.deepgram.openConnections).toBe(0);
  });
});

describe('the end of a call', () => {
  const ends = ['stop', 'status', 'stop and status', 'status twice', 'the lost socket and status'] as const;

  it.each(ends)('comes once when Twilio tells it by %s', async (how) => {
    const service = await startService({
      limits: (limits) => ({ ...limits, session: { ...limits.session, afterStopMs: 100 } }),
    });
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(FIRST);
    call.over();
    const status = () => service.webhook('/voice/status', { CallSid: call.callSid, CallStatus: 'completed' });
    if (how.startsWith('stop')) call.stopStream();
    if (how.startsWith('the lost socket')) call.breakStream();
    if (how.includes('status')) await status();
    if (how === 'status twice') await status();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    await eventually(() => service.standIns.deepgram.openConnections === 0);
    expect(service.events.filter(({ type }) => type === 'call.ended')).toHaveLength(1);
    expect(service.standIns.deepgram.counts).toMatchObject({ opened: 1, closeStreams: 1 });
    expect(await service.recordOf(call.callSid)).toMatchObject({ status: 'completed' });
    expect(await service.app.metrics()).toContain('active_calls_total 0');
  });

  it('is waited for by a stream that comes meanwhile', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(FIRST);
    service.standIns.deepgram.faults.isMute = true;
    call.over();
    call.stopStream();
    const status = service.webhook('/voice/status', { CallSid: call.callSid, CallStatus: 'completed' });
    await eventually(async () => {
      const fields = { CallSid: call.callSid, To: lineNumber, CallStatus: 'in-progress' };
      const answer = await (await service.webhook('/voice/resume', fields)).text();
      return answer.includes('<Pause length="1"/><Redirect');
    });
    service.standIns.deepgram.dropAll();
    await status;
  });

  it('is recorded though the call is being handed over', async () => {
    const service = await startService({
      environment: { DRAIN_TIMEOUT_S: '0' },
      limits: (limits) => ({ ...limits, deepgram: { ...limits.deepgram, finishMs: 500 } }),
    });
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(FIRST);
    service.standIns.deepgram.faults.isMute = true;
    call.over();
    const drained = service.app.drain();
    await service.webhook('/voice/status', { CallSid: call.callSid, CallStatus: 'completed' });
    await drained;
    await eventually(async () => (await service.recordOf(call.callSid)).status === 'completed');
  });

  it('comes by itself when a call lasts longer than Twilio lets any call last', async () => {
    const service = await startService({
      limits: (limits) => ({ ...limits, session: { ...limits.session, longestCallMs: 300 } }),
    });
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    call.over();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    await eventually(() => !call.isConnected);
  });
});
