import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/limits.ts';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import { completed, startService } from '../support/service.ts';

const SAID = BANK_IMPERSONATION.lines.map(({ text }) => text).join(' ');
const textOf = (record: { transcript: ReadonlyArray<{ text: string }> }) =>
  record.transcript.map(({ text }) => text).join(' ');

/** The calls here are ten times as fast as the retries: a backlog that outlasts them on any machine. */
const longBacklog = (limits: Limits): Limits => ({ ...limits, deepgram: { ...limits.deepgram, backlogMs: 120_000 } });

describe('a recogniser that fails', () => {
  it('loses no first word while its socket still opens', async () => {
    const service = await startService();
    service.standIns.deepgram.faults.handshakeDelayMs = 300;
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    expect(textOf(await completed(service, call.callSid))).toBe(SAID);
  });

  it.each([503, 429, 401])(
    'that drops and then refuses with %d costs no word, and none stands twice',
    async (status) => {
      const service = await startService({ limits: longBacklog });
      const { deepgram } = service.standIns;
      const { lineNumber, contacts } = await service.household();
      const call = await service.ring(lineNumber);
      const talking = call.say(BANK_IMPERSONATION.lines);
      await eventually(() => service.events.some(({ type }) => type === 'transcript.final'));
      deepgram.faults.refuseWith = status;
      deepgram.dropAll();
      await eventually(() => deepgram.counts.refused > 0);
      deepgram.faults.refuseWith = null;
      await talking;
      await call.hangUp();
      const record = await completed(service, call.callSid);
      expect(textOf(record)).toBe(SAID);
      expect(record.blindMs).toBe(0);
      expect(service.messagesTo(contacts[0]?.phoneNumber ?? '')).toHaveLength(1);
    },
  );

  it('for longer than the backlog, with no other to be had, is told as blind time', async () => {
    // Half a second of backlog, spoken at ten times the pace: the outage is longer for certain.
    const service = await startService({
      limits: (limits) => ({ ...limits, deepgram: { ...limits.deepgram, backlogMs: 500 } }),
    });
    const { deepgram } = service.standIns;
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    const talking = call.say(BANK_IMPERSONATION.lines);
    await eventually(() => service.events.some(({ type }) => type === 'transcript.final'));
    deepgram.faults.refuseWith = 503;
    deepgram.dropAll();
    await talking;
    deepgram.faults.refuseWith = null;
    await call.hangUp();
    const record = await completed(service, call.callSid);
    const missingWords = SAID.split(' ').length - textOf(record).split(' ').length;
    expect(missingWords).toBeGreaterThan(0);
    expect(record.blindMs).toBeGreaterThanOrEqual(missingWords * 10 * 20 - 300);
    expect(await service.app.metrics()).toMatch(/^ethiq_blind_seconds_total [1-9]/m);
  });

  it('that is open and deaf is left for a new connection', async () => {
    const service = await startService({
      limits: (limits) => ({ ...limits, deepgram: { ...longBacklog(limits).deepgram, deafAfterMs: 2_000 } }),
    });
    const { deepgram } = service.standIns;
    deepgram.faults.isMute = true;
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    const talking = call.say(BANK_IMPERSONATION.lines);
    await eventually(() => deepgram.counts.opened > 1);
    deepgram.faults.isMute = false;
    await talking;
    await call.hangUp();
    expect(textOf(await completed(service, call.callSid))).toBe(SAID);
  });

  it('is kept through a pause without audio by KeepAlive, and asked for the words it holds back', async () => {
    const service = await startService({
      limits: (limits) => ({ ...limits, deepgram: { ...limits.deepgram, keepAliveMs: 100 } }),
    });
    const { deepgram } = service.standIns;
    deepgram.faults.idleMs = 1_000;
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber, { framesPerWord: 10, pauseFrames: 0 });
    await call.say([{ speaker: 'caller', text: 'Hold the line please' }]);
    await eventually(() => deepgram.counts.keepAlives >= 15);
    expect(textOf(await service.recordOf(call.callSid))).toBe('Hold the line please');
    await call.say([{ speaker: 'caller', text: 'and now we go on' }]);
    await call.hangUp();
    expect(textOf(await completed(service, call.callSid))).toBe('Hold the line please and now we go on');
    expect(deepgram.counts).toMatchObject({ opened: 1, idleCloses: 0 });
  });

  it('that answers garbage is counted and does not end the call', async () => {
    const service = await startService();
    const { deepgram } = service.standIns;
    deepgram.faults.isGarbled = true;
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    const talking = call.say(BANK_IMPERSONATION.lines);
    await eventually(async () => /^ethiq_stt_broken_messages_total [1-9]/m.test(await service.app.metrics()));
    deepgram.faults.isGarbled = false;
    await talking;
    expect(call.isConnected).toBe(true);
    await call.hangUp();
    expect((await completed(service, call.callSid)).transcript.length).toBeGreaterThan(0);
  });
});
