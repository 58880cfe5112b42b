import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/limits.ts';
import { eventually } from '../support/eventually.ts';
import { incoming } from '../support/incoming-call.ts';
import { startService, type TestService } from '../support/service.ts';

describe('too many calls', () => {
  it('are answered and connected without monitoring, and counted', async () => {
    const environment = { MAX_CALLS: '1', CONSENT_ANNOUNCEMENT: 'You are heard.' };
    const service = await startService({ environment });
    const { lineNumber } = await service.household();
    const first = await service.ring(lineNumber);
    await eventually(() => service.events.some(({ type }) => type === 'call.started'));
    const second = incoming(lineNumber);
    const answer = await (await service.webhook('/voice/incoming', second)).text();
    expect(answer).toMatch(
      /<Pause length="\d+"\/><Redirect method="POST">https:\/\/calls\.test\/voice\/incoming<\/Redirect>/,
    );
    expect(answer).not.toContain('<Hangup');
    expect(await service.app.metrics()).toContain('ethiq_unmonitored_calls_total{reason="at_capacity"} 1');
    const resumed = await service.webhook('/voice/resume', {
      ...incoming(lineNumber, first.callSid),
      CallStatus: 'in-progress',
    });
    expect(await resumed.text()).toContain('<Stream');
    await first.hangUp();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    const later = await (await service.webhook('/voice/incoming', { ...second, CallStatus: 'in-progress' })).text();
    expect(later).toContain('<Stream');
    expect(later, 'who is heard from now on is told now').toContain('You are heard.');
  });
});

/** Keeps the event loop of this process busy, 200 ms at a time, until what it returns is called. */
function hold(): () => void {
  let isHeld = true;
  const work = (): void => {
    const endsAtMs = performance.now() + 200;
    while (performance.now() < endsAtMs) Math.sqrt(endsAtMs);
    if (isHeld) setImmediate(work);
  };
  work();
  return () => {
    isHeld = false;
  };
}

describe('a process whose event loop is late', () => {
  const quickly = (limits: Limits): Limits => ({ ...limits, load: { ...limits.load, everyMs: 100 } });
  const stateOf = async (service: TestService) =>
    ((await (await fetch(`${service.url}/health`)).json()) as { checks: { event_loop: string } }).checks.event_loop;
  const answer = async (service: TestService, path: string, fields: Record<string, string>) =>
    (await service.webhook(path, fields)).text();

  it('takes no new calls, which go on unmonitored, but those that were heard before; until it keeps up again', async () => {
    const service = await startService({ environment: { MAX_LOOP_LAG_MS: '100' }, limits: quickly });
    const { lineNumber } = await service.household();
    const elsewhere = incoming(lineNumber);
    await answer(service, '/voice/incoming', elsewhere);
    await service.ring(lineNumber);
    await eventually(() => service.events.some(({ type }) => type === 'call.started'));
    const letGo = hold();
    await eventually(async () => (await stateOf(service)) === 'error');
    const call = incoming(lineNumber);
    expect(await answer(service, '/voice/incoming', call)).toMatch(
      /<Pause length="15"\/><Redirect method="POST">https:\/\/calls\.test\/voice\/incoming<\/Redirect>/,
    );
    expect(await service.app.metrics()).toContain('ethiq_unmonitored_calls_total{reason="event_loop_lag"} 1');
    expect(await answer(service, '/voice/resume', elsewhere)).toContain('<Stream');
    letGo();
    await eventually(async () => (await stateOf(service)) === 'ok');
    expect(await answer(service, '/voice/incoming', call)).toContain('<Stream');
  });

  it('takes its first call however late it is: no call is the reason', async () => {
    const service = await startService({ environment: { MAX_LOOP_LAG_MS: '100' }, limits: quickly });
    const { lineNumber } = await service.household();
    const letGo = hold();
    await eventually(async () => (await stateOf(service)) === 'error');
    expect(await answer(service, '/voice/incoming', incoming(lineNumber))).toContain('<Stream');
    letGo();
  });
});
