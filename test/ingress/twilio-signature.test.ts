import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createSignatureCheck } from '../../src/ingress/twilio-signature.ts';
import { twilioSignature } from '../../src/simulators/twilio-signature.ts';

const TOKEN = '12345';
const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';
/** The example of https://www.twilio.com/docs/usage/security, and the signature that it prints. */
const DOCUMENTED = {
  path: '/myapp.php?foo=1&bar=2',
  fields: {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675310',
    Digits: '1234',
    From: '+14158675310',
    To: '+18005551212',
  },
  signature: 'L/OH5YylLD5NRKLltdqwSvS0BnU=',
};

const request = (originalUrl: string, signature: string | undefined, body: object = {}, contentType = FORM) =>
  ({
    originalUrl,
    body,
    headers: { 'x-twilio-signature': signature, 'content-type': contentType, host: 'internal:8080' },
  }) as unknown as FastifyRequest;

describe('the signature of a webhook', () => {
  const check = createSignatureCheck(TOKEN, 'https://example.com');
  const { path, fields, signature } = DOCUMENTED;

  it('is the one that Twilio documents, over the public address, whatever host the proxy names', () => {
    expect(check.isSignedForm(request(path, signature, fields))).toBe(true);
    expect(twilioSignature(TOKEN, `https://example.com${path}`, fields)).toBe(signature);
  });

  it.each([
    ['no signature', request(path, undefined, fields)],
    ['an empty signature', request(path, '', fields)],
    ['another signature', request(path, 'AAAA5YylLD5NRKLltdqwSvS0BnU=', fields)],
    ['other fields', request(path, signature, { ...fields, Digits: '1235' })],
    ['one field more', request(path, signature, { ...fields, Extra: '' })],
    ['another address', request('/myapp.php?foo=1', signature, fields)],
    ['a JSON body', request(path, signature, fields, 'application/json')],
    ['another account’s token', request(path, twilioSignature('54321', `https://example.com${path}`, fields), fields)],
    ['no body', request(path, signature, undefined)],
  ])('is refused with %s', (_what, wrong) => {
    expect(check.isSignedForm(wrong)).toBe(false);
  });

  it('covers blank, padded and unknown fields as they came', () => {
    const odd = { CallerName: '', Unknown: ' a  b ', CallSid: 'CA1' };
    expect(check.isSignedForm(request('/x', twilioSignature(TOKEN, 'https://example.com/x', odd), odd))).toBe(true);
  });
});

describe('the signature of a JSON body', () => {
  const check = createSignatureCheck(TOKEN, 'https://example.com');
  /** Of Twilio's documentation of `bodySHA256`. */
  const text = '{"CallSid":"CA1234567890ABCDE","Caller":"+12349013030"}';
  const path = '/x?bodySHA256=5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9';
  const signature = twilioSignature(TOKEN, `https://example.com${path}`);
  const json = (originalUrl: string, signed: string, body: unknown) =>
    request(originalUrl, signed, body as object, 'application/json');

  it('is over the address, which carries the hash of the body', () => {
    expect(check.isSignedJson(json(path, signature, text))).toBe(true);
  });

  it.each([
    ['another body', json(path, signature, text.replace('0"', '1"'))],
    ['another signature', json(path, twilioSignature('54321', `https://example.com${path}`), text)],
    ['no hash', json('/x', twilioSignature(TOKEN, 'https://example.com/x'), text)],
    ['a parsed body', json(path, signature, {})],
  ])('is refused with %s', (_what, wrong) => {
    expect(check.isSignedJson(wrong)).toBe(false);
  });
});

describe('the signature of a WebSocket handshake', () => {
  const path = '/voice/stream';

  it.each([
    ['https://example.com', 'wss://example.com/voice/stream'],
    ['https://example.com', 'wss://example.com/voice/stream/'],
    ['https://example.com:8443', 'wss://example.com:8443/voice/stream'],
    ['http://localhost:3000', 'ws://localhost:3000/voice/stream'],
  ])('at %s is over %s', (origin, signed) => {
    const check = createSignatureCheck(TOKEN, origin);
    expect(check.isSignedUpgrade(request(path, twilioSignature(TOKEN, signed)))).toBe(true);
  });

  it.each(['https://example.com/voice/stream', 'wss://internal:8080/voice/stream', 'wss://example.com/voice/other'])(
    'is not over %s',
    (signed) => {
      const check = createSignatureCheck(TOKEN, 'https://example.com');
      expect(check.isSignedUpgrade(request(path, twilioSignature(TOKEN, signed)))).toBe(false);
    },
  );
});
