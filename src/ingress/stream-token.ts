import { randomUUID } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { z } from 'zod';
import type { AnnouncedCall } from '../call/call.ts';
import type { Clock } from '../call/clock.ts';
import { type CallSid, callSidSchema, phoneNumberSchema, userIdSchema } from '../call/ids.ts';
import { ATTESTATIONS } from '../call/priors.ts';

/**
 * Ties a media stream to the call whose webhook we answered: Twilio signs the handshake, but anybody who knows the
 * address could put any CallSid into `start`. A token is a JWT that carries the call, so that any instance can begin the
 * session without asking a database; it dies within a minute and opens one stream.
 */
export interface StreamTokens {
  issue(announced: AnnouncedCall): string;
  /** The call, or null: forged, expired, used before, or of another call than `callSid`. */
  redeem(token: string, callSid: CallSid): AnnouncedCall | null;
}

const LIFETIME_MS = 50_000;
/** How far the clocks of two instances may be apart. A token that is refused costs a call one `<Redirect>`. */
const APART_MS = 5_000;

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
    /** Instances of an earlier version say neither. */
    attestation: z.enum(ATTESTATIONS).nullable().default(null),
    language: z.string().nullable().default(null),
  })
  .transform(({ sub, jti, exp, isResumed, attestation, language, ...call }) => ({
    jti,
    exp,
    announced: { call: { callSid: sub, ...call }, isResumed, attestation, language },
  }));

export function createStreamTokens(secret: string, clock: Clock): StreamTokens {
  const sign = createSigner({ key: secret, algorithm: 'HS256', noTimestamp: true });
  const verify = createVerifier({ key: secret, algorithms: ['HS256'], ignoreExpiration: true });
  /** Tokens that were issued here, or redeemed; oldest first. Their time is measured, not told by the time of day. */
  const known = new Map<string, { readonly sinceMs: number; readonly isRedeemed: boolean }>();

  function forgetOld(): void {
    for (const [jti, { sinceMs }] of known) {
      if (clock.monotonicMs() - sinceMs < LIFETIME_MS + 2 * APART_MS) return;
      known.delete(jti);
    }
  }

  function isGood(jti: string, expiresAt: number): boolean {
    const own = known.get(jti);
    if (own !== undefined) return !own.isRedeemed && clock.monotonicMs() - own.sinceMs < LIFETIME_MS;
    const leftMs = expiresAt - clock.wallMs();
    return leftMs > -APART_MS && leftMs <= LIFETIME_MS + APART_MS;
  }

  return {
    issue({ call: { callSid, ...call }, ...announced }) {
      forgetOld();
      const jti = randomUUID();
      known.set(jti, { sinceMs: clock.monotonicMs(), isRedeemed: false });
      const exp = Math.floor((clock.wallMs() + LIFETIME_MS) / 1_000);
      return sign({ sub: callSid, jti, exp, ...call, ...announced });
    },
    redeem(token, callSid) {
      forgetOld();
      const claims = claimsSchema.safeParse(verified(verify, token));
      if (!claims.success) return null;
      const { jti, exp, announced } = claims.data;
      if (announced.call.callSid !== callSid || !isGood(jti, exp * 1_000)) return null;
      known.delete(jti);
      known.set(jti, { sinceMs: clock.monotonicMs(), isRedeemed: true });
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
