import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { completed, startService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

describe('a slow database', () => {
  it('does not keep the telephone waiting, and the call is monitored all the same', async () => {
    const database = await startTcpProxy(await createTestDatabase());
    const service = await startService({ databaseUrl: database.url });
    const { lineNumber, contacts } = await service.household();
    database.delayMs = 1_000;
    const call = service.call(lineNumber);
    const askedAtMs = performance.now();
    await call.dial();
    // The answer waits 40 ms for the owner; the rest is room for a busy machine, well below the database's second.
    expect(performance.now() - askedAtMs).toBeLessThan(500);
    await call.connect();
    database.delayMs = 0;
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => service.messagesTo(contacts[0]?.phoneNumber ?? '').length === 1);
    await call.hangUp();
  });

  it('that is away lets the call be recorded and alerted when it is back', async () => {
    const database = await startTcpProxy(await createTestDatabase());
    const service = await startService({ databaseUrl: database.url });
    const { lineNumber, contacts } = await service.household();
    const call = await service.ring(lineNumber);
    await eventually(async () => (await service.recordOf(call.callSid)).status === 'in-progress');
    database.cut();
    await call.say(BANK_IMPERSONATION.lines);
    database.restore();
    await eventually(() => service.messagesTo(contacts[0]?.phoneNumber ?? '').length === 1);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(record.transcript.map(({ text }) => text).join(' ')).toBe(
      BANK_IMPERSONATION.lines.map(({ text }) => text).join(' '),
    );
  });
});
