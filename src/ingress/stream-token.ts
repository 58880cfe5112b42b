import { randomUUID } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { z } from 'zod';
import type { Call } from '../call/call.ts';
import type { Clock } from '../call/clock.ts';
import { type CallSid, callSidSchema, phoneNumberSchema, userIdSchema } from '../call/ids.ts';

/**
 * Ties a media stream to the call whose webhook we answered: Twilio signs the handshake, but anybody who knows the
 * address could put any CallSid into `start`. A token is a JWT that carries the call, so that any instance can begin the
 * session without asking a database; it lives one minute and opens one stream.
 */
export interface StreamTokens {
  issue(call: Call): string;
  /** The call, or null: forged, expired, used before, or of another call than `callSid`. */
  redeem(token: string, callSid: CallSid): Call | null;
}

const LIFETIME_MS = 60_000;

const claimsSchema = z
  .object({
    sub: callSidSchema,
    jti: z.string(),
    exp: z.number(),
    startedAt: z.number(),
    from: phoneNumberSchema.nullable(),
    to: phoneNumberSchema.nullable(),
    userId: userIdSchema.nullable(),
  })
  .transform(({ sub, jti, exp, ...call }) => ({ jti, exp, call: { callSid: sub, ...call } }));

export function createStreamTokens(secret: string, clock: Clock): StreamTokens {
  const sign = createSigner({ key: secret, algorithm: 'HS256' });
  const verify = createVerifier({ key: secret, algorithms: ['HS256'], ignoreExpiration: true });
  /** Redeemed tokens, oldest first, with the time at which they expire and may be forgotten. */
  const redeemed = new Map<string, number>();

  function forgetExpired(): void {
    for (const [jti, expiresAt] of redeemed) {
      if (expiresAt > clock.wallMs()) return;
      redeemed.delete(jti);
    }
  }

  return {
    issue: ({ callSid, ...call }) =>
      sign({ sub: callSid, jti: randomUUID(), exp: Math.floor((clock.wallMs() + LIFETIME_MS) / 1_000), ...call }),
    redeem(token, callSid) {
      forgetExpired();
      const claims = claimsSchema.safeParse(verified(verify, token));
      if (!claims.success) return null;
      const { jti, exp, call } = claims.data;
      const expiresAt = exp * 1_000;
      if (expiresAt <= clock.wallMs() || call.callSid !== callSid || redeemed.has(jti)) return null;
      redeemed.set(jti, expiresAt);
      return call;
    },
  };
}

function verified(verify: (token: string) => unknown, token: string): unknown {
  try {
    return verify(token);
  } catch {
    return null;
  }
}
