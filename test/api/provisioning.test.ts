import { describe, expect, it } from 'vitest';
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
