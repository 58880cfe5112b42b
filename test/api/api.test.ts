import { createSigner } from 'fast-jwt';
import { describe, expect, it } from 'vitest';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { eventually } from '../support/eventually.ts';
import { phoneNumber, startService } from '../support/service.ts';

const USER = () => ({ name: 'Rosa Quill', phoneNumber: phoneNumber(), lineNumber: phoneNumber(), mode: 'listen' });

describe('provisioning', () => {
  it('creates users and contacts, and shows them', async () => {
    const { api } = await startService();
    const user = USER();
    const created = await api('POST', '/users', user);
    expect(created).toMatchObject({ status: 201, json: { ...user, id: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    const { id } = created.json as { id: string };
    const contact = { name: 'Ann', phoneNumber: phoneNumber(), optIn: 'request' };
    const added = await api('POST', `/users/${id}/contacts`, contact);
    expect(added).toMatchObject({ status: 201, json: { ...contact, status: 'pending' } });
    expect(await api('GET', `/users/${id}`)).toMatchObject({ status: 200, json: { ...user, contacts: [contact] } });
    const { id: contactId } = added.json as { id: string };
    expect((await api('DELETE', `/users/${id}/contacts/${contactId}`)).status).toBe(204);
    expect((await api('DELETE', `/users/${id}/contacts/${contactId}`)).status).toBe(404);
  });

  it.each([
    ['phoneNumber', { phoneNumber: '555-1234' }],
    ['lineNumber', { lineNumber: 'anonymous' }],
    ['name', { name: '  ' }],
    ['mode', { mode: 'guard' }],
    ['escalation.voiceAfterS', { escalation: { voiceAfterS: 0 } }],
    ['sensitivity', { sensitivity: 'extreme' }],
    ['language', { language: 'Spanish' }],
    ['language', { language: 'en_US' }],
  ])('refuses a wrong %s and names it', async (field, wrong) => {
    const { api } = await startService();
    const refused = await api('POST', '/users', { ...USER(), ...wrong });
    expect(refused).toMatchObject({ status: 400, json: { status: 400, title: 'Bad Request', errors: [{ field }] } });
    expect(refused.type).toMatch(/^application\/problem\+json/);
  });

  it('sets whom an alert goes to when, and shows it', async () => {
    const { api } = await startService();
    const { id, ...user } = (await api('POST', '/users', USER())).json as { id: string; escalation: object };
    expect(user.escalation).toEqual({ contactsAfterS: null, voiceAfterS: null });
    const escalation = { contactsAfterS: 60, voiceAfterS: 120 };
    expect(await api('PUT', `/users/${id}/escalation`, escalation)).toMatchObject({ status: 200, json: escalation });
    expect(await api('GET', `/users/${id}`)).toMatchObject({ json: { escalation } });
    expect((await api('PUT', `/users/${id}/escalation`, { voiceAfter: 1 })).status).toBe(400);
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await api('PUT', `/users/${nobody}/escalation`, escalation)).status).toBe(404);
  });

  it('sets how a user’s calls are heard and judged, and shows it', async () => {
    const { api } = await startService();
    const created = (await api('POST', '/users', USER())).json as { id: string };
    expect(created).toMatchObject({ sensitivity: 'normal', language: null });
    const change = (body: object) => api('PATCH', `/users/${created.id}`, body);
    expect(await change({ sensitivity: 'high' })).toMatchObject({
      status: 200,
      json: { ...created, sensitivity: 'high', language: null, contacts: [] },
    });
    expect(await change({ language: 'es-419' })).toMatchObject({ json: { sensitivity: 'high', language: 'es-419' } });
    expect(await change({ language: null })).toMatchObject({ json: { sensitivity: 'high', language: null } });
    const both = { ...USER(), sensitivity: 'low', language: 'es' };
    expect(await api('POST', '/users', both)).toMatchObject({ status: 201, json: both });
    const wrong: ReadonlyArray<readonly [object, string]> = [
      [{ language: 'klingon' }, 'language'],
      [{ sensitivity: null }, 'sensitivity'],
      [{ phoneNumber: phoneNumber() }, 'body'],
      [{}, 'body'],
    ];
    for (const [body, field] of wrong) {
      expect(await change(body)).toMatchObject({
        status: 400,
        json: { errors: expect.arrayContaining([expect.objectContaining({ field })]) },
      });
    }
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await api('PATCH', `/users/${nobody}`, { sensitivity: 'low' })).status).toBe(404);
  });

  it('keeps the numbers that call a user, known and blocked', async () => {
    const { api } = await startService();
    const { id } = (await api('POST', '/users', USER())).json as { id: string };
    const path = `/users/${id}/numbers`;
    const [friend, nuisance] = [phoneNumber(), phoneNumber()];
    expect(await api('GET', path)).toMatchObject({ status: 200, json: [] });
    const known = { phoneNumber: friend, trust: 'known' };
    expect(await api('PUT', `${path}/${friend}`, { trust: 'blocked' })).toMatchObject({ status: 200 });
    expect(await api('PUT', `${path}/${friend}`, { trust: 'known' })).toMatchObject({ status: 200, json: known });
    await api('PUT', `${path}/${encodeURIComponent(nuisance)}`, { trust: 'blocked' });
    expect((await api('GET', path)).json).toEqual([known, { phoneNumber: nuisance, trust: 'blocked' }]);
    expect((await api('DELETE', `${path}/${nuisance}`)).status).toBe(204);
    expect((await api('DELETE', `${path}/${nuisance}`)).status).toBe(404);
    expect((await api('GET', path)).json).toEqual([known]);
    expect(await api('PUT', `${path}/555-1234`, { trust: 'known' })).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'phoneNumber', message: expect.stringContaining('E.164') }] },
    });
    expect(await api('PUT', `${path}/${nuisance}`, { trust: 'friend' })).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'trust' }] },
    });
    const nobody = '/users/00000000-0000-4000-8000-000000000000/numbers';
    expect((await api('PUT', `${nobody}/${nuisance}`, { trust: 'blocked' })).status).toBe(404);
    expect((await api('GET', nobody)).status).toBe(404);
  });

  it('names all wrong fields at once', async () => {
    const { api } = await startService();
    const refused = await api('POST', '/users', { phoneNumber: 7 });
    expect((refused.json as { errors: Array<{ field: string }> }).errors.map(({ field }) => field)).toEqual([
      'name',
      'phoneNumber',
      'lineNumber',
      'mode',
    ]);
  });

  it('does not give one line to two users, nor one contact twice to one', async () => {
    const { api } = await startService();
    const user = USER();
    const { id } = (await api('POST', '/users', user)).json as { id: string };
    expect((await api('POST', '/users', { ...USER(), lineNumber: user.lineNumber })).status).toBe(409);
    const contact = { name: 'Ann', phoneNumber: phoneNumber(), optIn: 'recorded' };
    await api('POST', `/users/${id}/contacts`, contact);
    expect((await api('POST', `/users/${id}/contacts`, contact)).status).toBe(409);
  });

  it.each(['00000000-0000-4000-8000-000000000000', 'nobody', '%00'])('knows no user %s', async (id) => {
    const { api } = await startService();
    const contact = { name: 'Ann', phoneNumber: phoneNumber(), optIn: 'recorded' };
    const refused = await api('POST', `/users/${id}/contacts`, contact);
    expect([400, 404]).toContain(refused.status);
    expect(refused.type).toMatch(/^application\/problem\+json/);
  });
});

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

describe('a request', () => {
  it.each([
    ['that is broken JSON', '{"name":', 400],
    ['that is too large', JSON.stringify({ name: 'x'.repeat(2 << 20) }), 413],
    ['that is a list', '[]', 400],
    ['that is null', 'null', 400],
  ])('%s is refused as a problem, without a stack', async (_what, body, status) => {
    const service = await startService();
    const response = await fetch(`${service.url}/api/v1/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': service.standIns.credentials.adminKey },
      body,
    });
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(text).not.toMatch(/node_modules|\.ts:/);
  });

  it('gets the headers that protect a browser, and no word about the framework', async () => {
    const { url } = await startService();
    const { headers } = await fetch(`${url}/health`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toContain('max-age');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.has('x-powered-by')).toBe(false);
  });

  it('over plain HTTP is refused where https is enforced, but for health and metrics', async () => {
    const service = await startService({ environment: { ENFORCE_HTTPS: 'true', TRUST_PROXY: '127.0.0.1' } });
    const get = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(`${service.url}${path}`, { headers })).status;
    expect(await get('/api/v1/calls/CA0')).toBe(403);
    expect(await get('/api/v1/calls/CA0', { 'x-forwarded-proto': 'https' })).toBe(401);
    expect(await get('/health/ready')).toBe(200);
    expect(await get('/metrics')).toBe(200);
  });
});

describe('the metrics', () => {
  it('have the names that operators chart, and no person among their labels', async () => {
    const service = await startService();
    const { lineNumber, phoneNumber: own } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await call.hangUp();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    const text = await (await fetch(`${service.url}/metrics`)).text();
    for (const name of [
      'http_request_duration_ms',
      'active_calls_total',
      'fraud_detections_total',
      'transcription_latency_ms',
      'ethiq_alert_latency_seconds',
      'ethiq_alert_dispatch_seconds',
      'ethiq_media_frames_total',
      'ethiq_media_forward_seconds',
      'ethiq_blind_seconds_total',
      'ethiq_stt_reconnects_total',
      'ethiq_scoring_seconds',
      'ethiq_llm_tokens_total',
      'ethiq_alert_deliveries_total',
      'ethiq_event_loop_lag_seconds',
      'ethiq_event_loop_held_seconds',
    ]) {
      expect(text).toContain(`# TYPE ${name} `);
    }
    for (const personal of [call.callSid, lineNumber, own, 'Rosa']) expect(text).not.toContain(personal);
    for (const part of ['scoring', 'records'])
      expect(text).toMatch(new RegExp(`^ethiq_event_loop_held_seconds_count{part="${part}"} [1-9]`, 'm'));
    expect(text).toMatch(/^ethiq_alert_dispatch_seconds_count 1$/m);
  });
});
