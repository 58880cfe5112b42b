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
    // By who asks, as far as it is proven: a guessed key counts for the address it comes from.
    keyGenerator: (request) => (readKey(request, keys) === 'admin' ? 'admin' : request.ip),
    errorResponseBuilder: (_request, { after }) => new HttpProblem(429, `Too many requests. Come back in ${after}.`),
  });
  // The limit counts in `onRequest` those who are turned away as well.
  scope.addHook('preParsing', createAdminCheck(keys));
}

function readKey({ headers }: FastifyRequest, { adminApiKey, publicApiKey }: ApiKeys): 'admin' | 'public' | null {
  const key = headers['x-api-key'];
  if (typeof key !== 'string') return null;
  if (isSameSecret(key, adminApiKey)) return 'admin';
  return isSameSecret(key, publicApiKey) ? 'public' : null;
}

function createAdminCheck(keys: ApiKeys) {
  const verify = createVerifier({ key: keys.jwtSecret, algorithms: ['HS256'], requiredClaims: ['exp'] });

  function isAdminToken(token: string): boolean {
    try {
      return claimsSchema.safeParse(verify(token)).success;
    } catch {
      return false;
    }
  }

  return async (request: FastifyRequest): Promise<void> => {
    const key = readKey(request, keys);
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (key === 'admin') return;
    if (bearer !== undefined && isAdminToken(bearer)) return;
    if (key === 'public') throw new HttpProblem(403, 'The public key is not good for this address.');
    throw new HttpProblem(401, 'Send the admin key in X-API-Key, or a JWT in Authorization: Bearer.');
  };
}

/** In the same time whatever differs: digests have one length. */
function isSameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
