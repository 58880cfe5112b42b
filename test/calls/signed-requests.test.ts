import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { twilioSignature } from '../../src/simulators/twilio-signature.ts';
import { newCallSid } from '../support/incoming-call.ts';
import { completed, PUBLIC_ORIGIN, startService, type TestService } from '../support/service.ts';

describe('an unsigned request', () => {
  it.each([
    ['text/plain', 'CallSid=CA'],
    ['application/json', '{'],
    ['application/json', '{"CallSid":"CA"}'],
    ['application/x-www-form-urlencoded', 'CallSid=CA'],
    ['image/png', '\u0000'],
  ])('is refused with 403, whatever it is: %s %s', async (type, body) => {
    const service = await startService();
    for (const path of [
      '/voice/incoming',
      '/voice/transcription',
      '/voice/alert',
      '/voice/alert-status',
      '/sms/incoming',
    ]) {
      const response = await fetch(service.url + path, { method: 'POST', headers: { 'content-type': type }, body });
      expect(response.status).toBe(403);
    }
  });
});

describe("what Twilio's recogniser says", () => {
  const callSid = newCallSid();
  const post = async (service: TestService, body: string, hash = createHash('sha256').update(body).digest('hex')) => {
    const path = `/voice/transcription?bodySHA256=${hash}`;
    const signature = twilioSignature(service.standIns.credentials.authToken, PUBLIC_ORIGIN + path);
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
    return (await fetch(service.url + path, { method: 'POST', headers, body })).status;
  };

  it('is taken as signed JSON too, and does nothing to a call that has another recogniser', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    const words = { CallSid: call.callSid, TranscriptionText: 'read me the code', SequenceNumber: 1, IsFinal: true };
    expect(await post(service, JSON.stringify(words))).toBe(204);
    expect((await service.webhook('/voice/transcription', { CallSid: call.callSid })).status).toBe(204);
    await call.hangUp();
    expect((await completed(service, call.callSid)).transcript).toEqual([]);
  });

  it.each(['{}', '{', 'null', '[]', JSON.stringify({ CallSid: callSid, TranscriptionText: 3 })])(
    'is answered with 204 when it is signed and means nothing: %s',
    async (body) => {
      expect(await post(await startService(), body)).toBe(204);
    },
  );

  it('is refused with 403 when the signature is of another body', async () => {
    const hash = createHash('sha256').update('{}').digest('hex');
    expect(await post(await startService(), JSON.stringify({ CallSid: callSid }), hash)).toBe(403);
  });
});
