import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startTestRedis } from '../support/redis.ts';
import { completed, startService, type TestService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/** A call that A holds, with an alert; its contact's answers come to B. */
async function alertedCall() {
  const databaseUrl = await createTestDatabase();
  const redisUrl = await startTestRedis();
  const [linkOfA, linkOfB] = [await startTcpProxy(redisUrl), await startTcpProxy(redisUrl)];
  const a = await startService({ databaseUrl, environment: { REDIS_URL: linkOfA.url } });
  const b = await startService({ databaseUrl, environment: { REDIS_URL: linkOfB.url }, standIns: a.standIns });
  const { lineNumber, contacts } = await a.household();
  const contact = contacts[0]?.phoneNumber ?? '';
  const call = await a.ring(lineNumber);
  await call.say(BANK_IMPERSONATION.lines);
  await eventually(() => a.messagesTo(contact).length > 0);
  /** Once both are connected: B hears of A's calls. */
  await eventually(() => b.events.some((event) => 'callSid' in event && event.callSid === call.callSid));
  const hangUp = async () => {
    const fields = { MessageSid: 'SM1', From: contact, To: '+15555550142', Body: 'HANGUP' };
    return (await b.webhook('/sms/incoming', fields)).text();
  };
  return { a, b, call, linkOfA, linkOfB, hangUp };
}

const counted = async (service: TestService, as: string, outcome: string) =>
  (await service.app.metrics()).includes(`ethiq_hang_ups_total{as="${as}",outcome="${outcome}"} 1\n`);

describe('HANGUP that reaches another instance than the one that holds the call', () => {
  it('is done by the holder, once, and ends the call there', async () => {
    const { a, b, call, hangUp } = await alertedCall();
    expect(await hangUp()).toContain('being ended');
    expect(a.standIns.twilio.endedCalls.has(call.callSid)).toBe(true);
    expect(await counted(a, 'holder', 'ended')).toBe(true);
    expect(await b.app.metrics()).not.toContain('ethiq_hang_ups_total{');
    // Without the status callback of the carrier.
    await completed(b, call.callSid);
    await call.hangUp();
  });

  it('is answered truthfully when the call is over already', async () => {
    const { a, call, hangUp } = await alertedCall();
    a.standIns.twilio.endedCalls.add(call.callSid);
    expect(await hangUp()).toContain('already ended');
    expect(await counted(a, 'holder', 'was_over')).toBe(true);
    await call.hangUp();
  });

  it('is done by the one that was reached while Redis is away', async () => {
    const { b, call, linkOfB, hangUp } = await alertedCall();
    linkOfB.cut();
    expect(await hangUp()).toContain('being ended');
    expect(await counted(b, 'stand_in', 'ended')).toBe(true);
    await call.hangUp();
  });

  it('is done by the one that was reached when the holder does not hear it', async () => {
    const { a, b, call, linkOfA, hangUp } = await alertedCall();
    linkOfA.freeze();
    expect(await hangUp()).toContain('being ended');
    expect(await counted(b, 'stand_in', 'ended')).toBe(true);
    expect(await a.app.metrics()).not.toContain('ethiq_hang_ups_total{');
    await call.hangUp();
  });
});
