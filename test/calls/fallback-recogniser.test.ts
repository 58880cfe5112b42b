import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/limits.ts';
import type { PhoneCall } from '../../src/simulators/phone-call.ts';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startTestRedis } from '../support/redis.ts';
import { completed, FAST, startService, type TestService } from '../support/service.ts';

const SAID = BANK_IMPERSONATION.lines.map(({ text }) => text).join(' ');
const [greeting, ...rest] = BANK_IMPERSONATION.lines;
const FIRST = greeting === undefined ? [] : [greeting];
const textOf = (record: { transcript: ReadonlyArray<{ text: string }> }) =>
  record.transcript.map(({ text }) => text).join(' ');
const heard = (service: TestService, text: string) => () =>
  service.events.some((event) => event.type === 'transcript.final' && event.utterance.text.includes(text));
/**
 * The recognisers come and go in silence here: a word that both hear in part would stand twice. Resolves to how long
 * nobody spoke, on the call's clock.
 */
async function silentUntil(call: PhoneCall, probe: () => boolean | Promise<boolean>): Promise<number> {
  let silentMs = 0;
  while (!(await probe())) {
    await call.say([{ speaker: 'caller', text: '' }]);
    silentMs += (FAST.framesPerWord + FAST.pauseFrames) * 20;
  }
  return silentMs;
}
const line = (text: string) => [{ speaker: 'caller' as const, text }];
/** A transcription has begun, and the service knows. */
const isListening = ({ standIns }: TestService) =>
  standIns.twilio.transcriptions.started.some(({ answered }) => answered > 0);
const counted = async (service: TestService, event: string, count: number) =>
  (await service.app.metrics()).includes(`ethiq_stt_fallback_total{event="${event}"} ${count}\n`);

describe("Twilio's recogniser, when Deepgram refuses", () => {
  it.each([503, 429, 401])('with %d from the middle of a call on, hears the scam all the same', async (status) => {
    const service = await startService({ hasFallback: true });
    const { deepgram, twilio } = service.standIns;
    const { lineNumber, contacts } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(FIRST);
    await eventually(heard(service, 'fraud department'));
    deepgram.faults.refuseWith = status;
    deepgram.dropAll();
    const silentMs = await silentUntil(call, () => isListening(service));
    await call.say(rest);
    await eventually(() => service.messagesTo(contacts[0]?.phoneNumber ?? '').length > 0);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(textOf(record)).toBe(SAID);
    expect(record.risk).toBe('critical');
    // Only the pause until Twilio listened was heard by nobody.
    expect(record.blindMs).toBeGreaterThan(0);
    expect(record.blindMs).toBeLessThanOrEqual(silentMs + FAST.pauseFrames * 20);
    expect(twilio.transcriptions.started).toHaveLength(1);
    await eventually(() => twilio.transcriptions.started[0]?.status === 'stopped');
  });

  it('is stopped when Deepgram is heard again, and no word stands twice', async () => {
    const service = await startService({ hasFallback: true, limits: patientBacklog });
    const { deepgram, twilio } = service.standIns;
    twilio.transcriptions.faults.isRepeating = true;
    const { lineNumber } = await service.household();
    // Words of a usual length: what Twilio tells is placed by it.
    const call = await service.ring(lineNumber, { framesPerWord: 25, pauseFrames: 40 });
    await call.say(line('one two three'));
    await eventually(heard(service, 'three'));
    deepgram.faults.refuseWith = 503;
    deepgram.dropAll();
    await silentUntil(call, () => isListening(service));
    await call.say(line('four five six'));
    await eventually(heard(service, 'six'));
    deepgram.faults.refuseWith = null;
    await silentUntil(call, () => counted(service, 'stopped', 1));
    await call.say(line('seven eight nine'));
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(textOf(record)).toBe('one two three four five six seven eight nine');
    expect(record.blindMs).toBe(0);
    expect(twilio.transcriptions.started).toMatchObject([{ status: 'stopped' }]);
  });

  it('is asked again when it broke, not at once', async () => {
    const service = await startService({
      hasFallback: true,
      limits: (limits) => ({ ...limits, fallback: { ...limits.fallback, firstRetryMs: 300 } }),
    });
    const { deepgram, twilio } = service.standIns;
    deepgram.faults.refuseWith = 503;
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await silentUntil(call, () => counted(service, 'started', 1));
    twilio.transcriptions.breakAll();
    await silentUntil(call, () => counted(service, 'broke', 1));
    expect(twilio.transcriptions.started).toHaveLength(1);
    await silentUntil(call, () => counted(service, 'started', 2));
    await call.say([...FIRST, ...rest]);
    await call.hangUp();
    expect(textOf(await completed(service, call.callSid))).toContain('safe account');
  });

  it('and refuses too leaves the call as blind as it is, without a storm', async () => {
    const service = await startService({
      limits: (limits) => ({ ...limits, deepgram: { ...limits.deepgram, backlogMs: 500, finishMs: 500 } }),
    });
    const { deepgram, twilio } = service.standIns;
    deepgram.faults.refuseWith = 503;
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    const frames = SAID.split(' ').length * FAST.framesPerWord + BANK_IMPERSONATION.lines.length * FAST.pauseFrames;
    expect(record).toMatchObject({ transcript: [], blindMs: frames * 20 });
    expect(twilio.transcriptions.refused).toBeLessThanOrEqual(2);
    expect(await counted(service, 'start_failed', twilio.transcriptions.refused)).toBe(true);
    expect(await counted(service, 'started', 1)).toBe(false);
  });
});

describe("Twilio's words that come to another instance", () => {
  it('stand once in the transcript of the call, though each comes twice', async () => {
    const databaseUrl = await createTestDatabase();
    const shared = { databaseUrl, environment: { REDIS_URL: await startTestRedis() }, hasFallback: true };
    const other = await startService(shared); // the address that the stand-in of Twilio knows
    const holder = await startService({ ...shared, standIns: other.standIns });
    const { deepgram, twilio } = holder.standIns;
    twilio.transcriptions.faults.isRepeating = true;
    deepgram.faults.refuseWith = 503;
    const { lineNumber, contacts } = await other.household();
    const call = await holder.ring(lineNumber);
    await silentUntil(call, () => isListening(holder));
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => holder.messagesTo(contacts[0]?.phoneNumber ?? '').length > 0);
    await call.hangUp();
    expect(textOf(await completed(other, call.callSid))).toBe(SAID);
    expect(await other.app.metrics()).not.toContain('ethiq_feed_events_lost_total{to="recogniser"}');
  });
});

/** A backlog that holds the outage on any machine, at ten times the pace of the retries. */
const patientBacklog = (limits: Limits): Limits => ({
  ...limits,
  deepgram: { ...limits.deepgram, backlogMs: 120_000 },
});
