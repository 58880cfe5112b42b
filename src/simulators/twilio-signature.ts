import { createHmac } from 'node:crypto';

/** `X-Twilio-Signature` of a form post, or of a WebSocket handshake without fields (https://www.twilio.com/docs/usage/security). */
export function twilioSignature(authToken: string, url: string, fields: Readonly<Record<string, string>> = {}): string {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + fields[name], url);
  return createHmac('sha1', authToken).update(signed).digest('base64');
}
