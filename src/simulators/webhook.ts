import { twilioSignature } from './twilio-signature.ts';

export interface Webhook {
  readonly authToken: string;
  readonly serviceUrl: () => string;
  /** The address that is signed; its path and query are what is posted to. */
  readonly publicUrl: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Posts a form as Twilio does: signed for the public address, delivered to where the service really listens. */
export function postWebhook({ authToken, serviceUrl, publicUrl, fields }: Webhook): Promise<Response> {
  const { pathname, search } = new URL(publicUrl);
  return fetch(`${serviceUrl()}${pathname}${search}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilioSignature(authToken, publicUrl, fields),
      'x-forwarded-proto': 'https',
    },
    body: new URLSearchParams(fields).toString(),
  });
}
