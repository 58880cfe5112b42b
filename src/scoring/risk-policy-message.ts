import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SCAM_TYPES, TACTICS } from '../call/facts.ts';
import { ATTESTATIONS } from '../call/priors.ts';
import type { LikenessModel } from './likeness.ts';
import type { RiskPolicy } from './risk-policy.ts';

const points = z.number().min(0).max(100);
const tactic = z.enum(TACTICS);
const factor = z.number().min(0.5).max(2);
const levels = z.strictObject({ elevated: points, high: points, critical: points });

/** A policy as it stands in its file (`policy.json`). Nothing may be missing, and nothing stand there that means nothing. */
const policySchema = z
  .strictObject({
    version: z.string().min(1),
    tactics: z.record(
      tactic,
      z.strictObject({
        weight: points,
        halfLifeMs: z.number().positive().nullable(),
        repetitionShare: z.number().min(0).max(1),
        repetitions: z.number().int().min(0).max(8),
      }),
    ),
    weakShare: z.number().min(0).max(1),
    weakHalfLifeMs: z.number().positive(),
    disputedShare: z.number().min(0).max(1),
    combinations: z.array(
      z.strictObject({
        name: z.string().min(1),
        each: z.array(z.array(tactic).min(1)).min(1),
        types: z.array(z.enum(SCAM_TYPES)).min(1).exactOptional(),
        inOrder: z.literal(true).exactOptional(),
        bonus: points,
      }),
    ),
    furtherAsk: z.strictObject({ of: z.array(tactic), bonus: points }),
    likeness: z.strictObject({ from: z.number(), to: z.number(), points }),
    unwordedShare: z.number().min(0).max(1),
    unasked: z.strictObject({ most: points, asks: z.array(tactic), types: z.array(z.enum(SCAM_TYPES)) }),
    priors: z.strictObject({ attestation: z.record(z.enum(ATTESTATIONS), points), blocked: points, known: points }),
    sensitivity: z.strictObject({ low: factor.max(1), normal: z.literal(1), high: factor.min(1) }),
    soothable: z.array(tactic),
    rise: levels,
    fall: levels,
  })
  .refine(({ rise, fall }) => rise.elevated < rise.high && rise.high < rise.critical && fall.high < rise.high, {
    message: 'levels rise in order, and fall below where they rise',
  })
  .refine(
    ({ priors, sensitivity, rise }) =>
      (Math.max(...Object.values(priors.attestation)) + priors.blocked) * sensitivity.high < rise.high,
    { message: 'what is known of a call beside its words stays below high, at every sensitivity' },
  );

/** What `npm run model:train` wrote. Its version is made of what it says: nobody can forget to change it. */
const likenessSchema = z
  .object({
    windowMs: z.number().positive(),
    bias: z.number().max(0, 'must not be above 0: a call in which nothing is said would be like a fraud'),
    weights: z.record(z.string(), z.number().min(0)),
  })
  .transform(({ windowMs, bias, weights }): LikenessModel => {
    const content = JSON.stringify([windowMs, bias, Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1))]);
    const version = createHash('sha256').update(content).digest('hex').slice(0, 12);
    // Words are looked up in it as they are spoken: it must know no “constructor”.
    return { version, windowMs, bias, weights: Object.assign(Object.create(null), weights) };
  });

/** Throws a ZodError that names what is wrong. */
export const parseLikenessModel = (learned: unknown): LikenessModel => likenessSchema.parse(learned);

/** A policy file, and the learned weights that it is used with. Throws a ZodError that names what is wrong. */
export function parseRiskPolicy(policy: unknown, model: LikenessModel): RiskPolicy {
  const { likeness, ...rest } = policySchema.parse(policy);
  return { ...rest, likeness: { ...likeness, model } };
}
