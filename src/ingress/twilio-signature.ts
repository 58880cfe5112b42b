import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import twilio from 'twilio';
import { HttpProblem } from '../http/problem.ts';

/**
 * Twilio signs every request: HMAC-SHA1 by the account's token over the public address and the form's fields. The public
 * address is the configured one, never what headers claim. Of a JSON body the address carries the SHA-256, as
 * `bodySHA256`. Source: https://www.twilio.com/docs/usage/security
 */
export interface SignatureCheck {
  /** A form post. `request.body` holds the fields as they came. */
  isSignedForm(request: FastifyRequest): boolean;
  /** A JSON post. `request.body` is its text. */
  isSignedJson(request: FastifyRequest): boolean;
  /** A WebSocket handshake, signed over its `wss://` address without fields, by some accounts with a slash at its end. */
  isSignedUpgrade(request: FastifyRequest): boolean;
}

export function createSignatureCheck(authToken: string, publicOrigin: string): SignatureCheck {
  const webSocketOrigin = publicOrigin.replace(/^http/, 'ws');
  const matches = (request: FastifyRequest, url: string, fields: Record<string, unknown>): boolean => {
    const signature = request.headers['x-twilio-signature'];
    return typeof signature === 'string' && twilio.validateRequest(authToken, signature, url, fields);
  };

  return {
    isSignedForm(request) {
      const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
      return (
        isForm && matches(request, publicOrigin + request.originalUrl, (request.body ?? {}) as Record<string, unknown>)
      );
    },
    isSignedJson(request) {
      const signature = request.headers['x-twilio-signature'];
      return (
        typeof signature === 'string' &&
        typeof request.body === 'string' &&
        twilio.validateRequestWithBody(authToken, signature, publicOrigin + request.originalUrl, request.body)
      );
    },
    isSignedUpgrade(request) {
      const url = webSocketOrigin + request.originalUrl;
      return matches(request, url, {}) || matches(request, `${url}/`, {});
    },
  };
}

/** Every request of this scope is one that Twilio signed; whatever else comes, in whatever format, is refused with 403. */
export function takeSigned(scope: FastifyInstance, signatures: SignatureCheck): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, null));
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  scope.register(formbody);
  scope.addHook('preValidation', async (request) => {
    if (signatures.isSignedJson(request)) request.body = readJson(request.body as string);
    else if (!signatures.isSignedForm(request)) throw new HttpProblem(403, 'The signature is not valid.');
  });
}

/** Null, which no schema takes, where Twilio signed what is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
