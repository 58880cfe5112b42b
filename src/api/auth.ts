import { createHash, timingSafeEqual } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import { createVerifier } from 'fast-jwt';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../http/problem.ts';

export interface ApiKeys {
  readonly adminApiKey: string;
  readonly publicApiKey: string;
  readonly jwtSecret: string;
}

const claimsSchema = z.object({ role: z.literal('admin') });

const RATE_WINDOW = '15 minutes';

/**
 * Lets operators in: `X-API-Key` with the admin key, or `Authorization: Bearer` with a JWT (HS256, `exp`, `role: admin`).
 * Anything else is 401; the public key, which is good for other addresses, 403. After `requests` in a quarter of an hour
 * by one key or address it is 429.
 */
export async function admitOperators(scope: FastifyInstance, keys: ApiKeys, requests: number): Promise<void> {
  await scope.register(rateLimit, {
    max: requests,
    timeWindow: RATE_WINDOW,
    keyGenerator: (request) => String(request.headers['x-api-key'] ?? request.ip),
    errorResponseBuilder: (_request, { after }) => new HttpProblem(429, `Too many requests. Come back in ${after}.`),
  });
  scope.addHook('onRequest', createAdminCheck(keys));
}

function createAdminCheck({ adminApiKey, publicApiKey, jwtSecret }: ApiKeys) {
  const verify = createVerifier({ key: jwtSecret, algorithms: ['HS256'], requiredClaims: ['exp'] });

  function isAdminToken(token: string): boolean {
    try {
      return claimsSchema.safeParse(verify(token)).success;
    } catch {
      return false;
    }
  }

  return async (request: FastifyRequest): Promise<void> => {
    const key = request.headers['x-api-key'];
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (typeof key === 'string' && isSameSecret(key, adminApiKey)) return;
    if (bearer !== undefined && isAdminToken(bearer)) return;
    if (typeof key === 'string' && isSameSecret(key, publicApiKey)) {
      throw new HttpProblem(403, 'The public key is not good for this address.');
    }
    throw new HttpProblem(401, 'Send the admin key in X-API-Key, or a JWT in Authorization: Bearer.');
  };
}

/** In the same time whatever differs: digests have one length. */
function isSameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
