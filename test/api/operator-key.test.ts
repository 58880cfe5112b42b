import { createSigner } from 'fast-jwt';
import { describe, expect, it } from 'vitest';
import { phoneNumber, startService } from '../support/service.ts';

describe('the operator’s key', () => {
  it('opens the API, and nothing else does', async () => {
    const service = await startService({ environment: { PUBLIC_API_KEY: 'p'.repeat(32), JWT_SECRET: 'j'.repeat(32) } });
    const sign = (key: string, claims: object, expiresIn = 60_000) =>
      `Bearer ${createSigner({ key, expiresIn })(claims)}`;
    const statusWith = async (headers: Record<string, string>) =>
      (await fetch(`${service.url}/api/v1/calls/CA0`, { headers })).status;
    expect(await statusWith({ 'x-api-key': service.standIns.credentials.adminKey })).toBe(404);
    expect(await statusWith({ authorization: sign('j'.repeat(32), { role: 'admin' }) })).toBe(404);
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ 'x-api-key': 'x'.repeat(32) })).toBe(401);
    expect(await statusWith({ 'x-api-key': 'p'.repeat(32) })).toBe(403);
    expect(await statusWith({ authorization: sign('j'.repeat(32), { role: 'viewer' }) })).toBe(401);
    expect(await statusWith({ authorization: sign('x'.repeat(32), { role: 'admin' }) })).toBe(401);
    expect(await statusWith({ authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ.' })).toBe(401);
  });

  it('is good for so many requests and no more, while Twilio’s webhooks are not counted', async () => {
    const service = await startService({ environment: { API_RATE_LIMIT: '5' } });
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await service.api('GET', '/calls/CA0')).status);
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429]);
    const guess = (key: string) => fetch(`${service.url}/api/v1/calls/CA0`, { headers: { 'x-api-key': key } });
    const guessed = [];
    for (let i = 0; i < 7; i++) guessed.push((await guess(`guess ${i}`)).status);
    expect(guessed).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const webhook = { CallSid: `CA${'a'.repeat(32)}`, From: phoneNumber(), To: phoneNumber(), CallStatus: 'ringing' };
    expect((await service.webhook('/voice/incoming', webhook)).status).toBe(200);
  });
});
