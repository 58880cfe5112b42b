import { z } from 'zod';

/**
 * What STIR/SHAKEN says of a caller's number: `A`, its carrier knows the caller and their right to the number; `B`, it
 * knows the caller alone; `C`, the call came from elsewhere, and it knows neither; `failed`, there was such a word, and
 * it could not be verified: it was tampered with, or its certificate could not be had.
 */
export const ATTESTATIONS = ['A', 'B', 'C', 'failed'] as const;
export type Attestation = (typeof ATTESTATIONS)[number];

/** What a user, or an operator for them, thinks of a number that calls. */
export const CALLER_TRUSTS = ['known', 'blocked'] as const;
export type CallerTrust = (typeof CALLER_TRUSTS)[number];

/** How readily a user wants their contacts to be warned. */
export const SENSITIVITIES = ['low', 'normal', 'high'] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];

export const priorsSchema = z.object({
  attestation: z.enum(ATTESTATIONS).nullable(),
  caller: z.enum(CALLER_TRUSTS).nullable(),
  sensitivity: z.enum(SENSITIVITIES),
  knownAtMs: z.number(),
});

/**
 * What is known of a call beside its words. `attestation` and `caller` are null when nothing is said of the number that
 * calls, or it is the user's own. They count from `knownAtMs` on, milliseconds since the call's first audio: 0, or later
 * when the record was away before. Once known they stay as they are for the rest of the call.
 */
export type Priors = Readonly<z.infer<typeof priorsSchema>>;
