import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import { startService } from '../support/service.ts';

describe('the events', () => {
  it('are told as they happen, as server-sent events', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const viewing = new AbortController();
    const response = await fetch(`${service.url}/api/v1/events`, {
      headers: { 'x-api-key': service.standIns.credentials.adminKey },
      signal: viewing.signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    let text = '';
    const reading = (async () => {
      for await (const part of response.body ?? []) text += Buffer.from(part).toString();
    })().catch(() => undefined);
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    await eventually(() => text.includes('event: call.ended'));
    const events = [...text.matchAll(/^event: (.+)\ndata: (.+)\n\n/gm)].map(([, type, data]) => ({
      type,
      data: JSON.parse(data ?? ''),
    }));
    expect(events[0]).toMatchObject({ type: 'call.started', data: { callSid: call.callSid } });
    expect(events.every(({ data }) => data.callSid === call.callSid)).toBe(true);
    for (const type of ['transcript.final', 'risk.changed', 'alert.raised', 'alert.delivery']) {
      expect(events.some((event) => event.type === type)).toBe(true);
    }
    viewing.abort();
    await reading;
  });
});
