import { randomUUID } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { z } from 'zod';
import type { AnnouncedCall } from '../call/call.ts';
import type { Clock } from '../call/clock.ts';
import { type CallSid, callSidSchema, phoneNumberSchema, userIdSchema } from '../call/ids.ts';

/**
 * Ties a media stream to the call whose webhook we answered: Twilio signs the handshake, but anybody who knows the
 * address could put any CallSid into `start`. A token is a JWT that carries the call, so that any instance can begin the
 * session without asking a database; it lives one minute and opens one stream.
 */
export interface StreamTokens {
  issue(announced: AnnouncedCall): string;
  /** The call, or null: forged, expired, used before, or of another call than `callSid`. */
  redeem(token: string, callSid: CallSid): AnnouncedCall | null;
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
    isResumed: z.boolean(),
  })
  .transform(({ sub, jti, exp, isResumed, ...call }) => ({
    jti,
    exp,
    announced: { call: { callSid: sub, ...call }, isResumed },
  }));

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
    issue({ call: { callSid, ...call }, isResumed }) {
      const exp = Math.floor((clock.wallMs() + LIFETIME_MS) / 1_000);
      return sign({ sub: callSid, jti: randomUUID(), exp, ...call, isResumed });
    },
    redeem(token, callSid) {
      forgetExpired();
      const claims = claimsSchema.safeParse(verified(verify, token));
      if (!claims.success) return null;
      const { jti, exp, announced } = claims.data;
      const expiresAt = exp * 1_000;
      if (expiresAt <= clock.wallMs() || announced.call.callSid !== callSid || redeemed.has(jti)) return null;
      redeemed.set(jti, expiresAt);
      return announced;
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
