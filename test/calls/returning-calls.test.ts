import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/limits.ts';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { incoming } from '../support/incoming-call.ts';
import { startTestRedis } from '../support/redis.ts';
import { completed, startService, type TestService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

describe('a call that comes back', () => {
  /** On a machine that others keep busy Postgres may take longer than a telephone is kept waiting. */
  const patiently = (limits: Limits): Limits => ({ ...limits, webhook: { ...limits.webhook, directoryMs: 5_000 } });
  const resume = async (service: TestService, fields: Record<string, string>) =>
    (await service.webhook('/voice/resume', { ...fields, CallStatus: 'in-progress' })).text();

  it('is refused when nobody has answered it before', async () => {
    const service = await startService({ limits: patiently });
    const { lineNumber } = await service.household();
    expect(await resume(service, incoming(lineNumber))).toContain('<Hangup/>');
  });

  it('is not refused while Redis, which may know it, is away', async () => {
    const link = await startTcpProxy(await startTestRedis());
    const service = await startService({ environment: { REDIS_URL: link.url }, limits: patiently });
    const { lineNumber } = await service.household();
    expect(await resume(service, incoming(lineNumber))).toContain('<Hangup/>');
    link.cut();
    // Once the connection is known to be gone, Redis is not even asked.
    await eventually(async () => (await (await fetch(`${service.url}/health`)).text()).includes('"redis":"error"'));
    expect(await resume(service, incoming(lineNumber))).toContain('<Stream');
  });

  it('goes on though its stream never opened, and the answer is a moment old', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = incoming(lineNumber);
    await service.webhook('/voice/incoming', call);
    expect(await resume(service, call)).toContain('<Stream');
  });

  it('goes on when the database cannot say', async () => {
    const database = await startTcpProxy(await createTestDatabase());
    const service = await startService({ databaseUrl: database.url });
    const { lineNumber } = await service.household();
    database.cut();
    expect(await resume(service, incoming(lineNumber))).toContain('<Stream');
    database.restore();
  });

  it('goes on after Twilio had to ask the fallback', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = incoming(lineNumber);
    expect(await (await service.webhook('/voice/fallback', call)).text()).toContain('/voice/resume');
    await eventually(async () => (await resume(service, call)).includes('<Stream'));
  });
});

describe('a repeated webhook', () => {
  it('is answered again and changes nothing that is known', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => service.events.some(({ type }) => type === 'alert.raised'));
    const again = await service.webhook('/voice/incoming', incoming(lineNumber, call.callSid));
    expect(await again.text()).toContain('<Stream');
    await call.hangUp();
    expect((await completed(service, call.callSid)).risk).toBe('critical');
    await service.webhook('/voice/incoming', incoming(lineNumber, call.callSid));
    await service.webhook('/voice/status', { CallSid: call.callSid, CallStatus: 'completed' });
    expect(await service.recordOf(call.callSid)).toMatchObject({ status: 'completed', risk: 'critical' });
  });
});
