import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { newCallSid } from '../support/people.ts';
import { phoneNumber, startService, type TestService } from '../support/service.ts';

async function serviceWithCall() {
  const service = await startService();
  const { lineNumber } = await service.household();
  const callSid = newCallSid();
  const webhook = { CallSid: callSid, From: phoneNumber(), To: lineNumber, CallStatus: 'ringing' };
  await service.webhook('/voice/incoming', webhook);
  await eventually(async () => (await service.api('GET', `/calls/${callSid}`)).status === 200);
  const give = (opinion: object) => service.api('POST', `/calls/${callSid}/feedback`, opinion);
  return { service, callSid, give };
}

const feedbackOf = async (service: TestService, callSid: string) => (await service.recordOf(callSid)).feedback;

describe('an operator’s feedback', () => {
  it('is stored, takes the place of what operators said before, and stands in the call', async () => {
    const { service, callSid, give } = await serviceWithCall();
    expect(await feedbackOf(service, callSid)).toEqual([]);
    const opinion = { verdict: 'scam', scamType: 'tech_support', note: 'confirmed\nby Ann' };
    const given = { ...opinion, note: 'confirmed by Ann', source: 'operator', contactId: null };
    expect(await give(opinion)).toMatchObject({ status: 201, json: given });
    expect(await feedbackOf(service, callSid)).toMatchObject([given]);
    expect(await give({ verdict: 'legitimate' })).toMatchObject({ status: 201 });
    const [latest, ...others] = await feedbackOf(service, callSid);
    expect(latest).toMatchObject({ source: 'operator', verdict: 'legitimate', scamType: null, note: null });
    expect(others).toEqual([]);
  });

  it.each([
    ['verdict', { verdict: 'safe' }],
    ['verdict', {}],
    ['scamType', { verdict: 'scam', scamType: 'none' }],
    ['scamType', { verdict: 'legitimate', scamType: 'romance' }],
    ['note', { verdict: 'scam', note: ' ' }],
    ['note', { verdict: 'scam', note: 'x'.repeat(1_001) }],
    ['body', { verdict: 'scam', scam_type: 'romance' }],
    ['body', []],
  ])('with a wrong %s is refused, and the field named', async (field, opinion) => {
    const { service, callSid, give } = await serviceWithCall();
    expect(await give(opinion)).toMatchObject({ status: 400, json: { errors: [{ field }] } });
    expect(await feedbackOf(service, callSid)).toEqual([]);
  });

  it('about a call that nobody knows is 404, and needs the operator’s key', async () => {
    const { url, api } = await startService();
    for (const callSid of [newCallSid(), 'CA0']) {
      const refused = await api('POST', `/calls/${callSid}/feedback`, { verdict: 'scam' });
      expect(refused).toMatchObject({ status: 404, json: { detail: 'There is no such call.' } });
    }
    const body = JSON.stringify({ verdict: 'scam' });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/v1/calls/${newCallSid()}/feedback`, { method: 'POST', headers, body });
    expect(response.status).toBe(401);
  });
});
