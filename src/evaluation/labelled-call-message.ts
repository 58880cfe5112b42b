import { z } from 'zod';
import { SCAM_TYPES, type ScamType, TACTICS } from '../call/facts.ts';
import type { Speaker } from '../call/utterance.ts';
import type { LabelledCall } from './labelled-call.ts';

const turnSchema = z.object({
  speaker: z.string().nullish(),
  text: z.string(),
  tactics: z.array(z.enum(TACTICS)).nullish(),
});

const callSchema = z
  .object({
    id: z.string(),
    label: z.enum(['scam', 'legit']),
    turns: z.array(turnSchema).min(1),
    source: z.string().nullish(),
    kind: z.string().nullish(),
    cluster: z.union([z.string(), z.number()]).nullish(),
    pair: z.union([z.string(), z.number()]).nullish(),
    near_domain: z.boolean().nullish(),
    ask_turn: z.number().int().min(0).nullish(),
    scam_type: z.enum(SCAM_TYPES).nullish(),
    /** English when it does not say. */
    lang: z.string().nullish(),
    use: z.enum(['train', 'evaluate']).nullish(),
  })
  .refine(({ ask_turn, turns }) => (ask_turn ?? 0) < turns.length, {
    path: ['ask_turn'],
    message: 'is no turn of the call',
  });

/** One line of a `.jsonl` file of labelled calls. Whoever speaks under another name than these is unknown. */
const SPEAKERS: Readonly<Record<string, Speaker>> = {
  caller: 'caller',
  scammer: 'caller',
  agent: 'caller',
  assistant: 'caller',
  system: 'caller',
  receiver: 'protected',
  callee: 'protected',
  victim: 'protected',
  protected: 'protected',
  self: 'protected',
  user: 'protected',
  customer: 'protected',
};

const NEAR_DOMAIN = /^hard_negative|bank|insurance|delivery|appointment|support|request|service_retail/i;

/** Kinds whose name tells the type of scam, as the sources name them. */
const TYPE_OF_KIND: ReadonlyArray<readonly [RegExp, ScamType]> = [
  [/synthetic_ssn|tax_callback|census/, 'government_impersonation'],
  [/synthetic_refund|refund_real/, 'refund_overpayment'],
  [/synthetic_reward/, 'prize_lottery'],
  [/synthetic_support|isp_outage/, 'tech_support'],
  [/bank_fraud_dept/, 'bank_impersonation'],
  [/delivery_redelivery/, 'business_impersonation'],
  [/warranty_real/, 'warranty_telemarketing'],
  [/job_interview/, 'job_task'],
  [/landlord/, 'rental_payee'],
  [/debtrelief/, 'debt_relief'],
];

/** `source` is what the call is counted under when the file holds calls of several sources. Throws what is wrong with it. */
export function parseLabelledCall(line: string, file: string): LabelledCall {
  const record = callSchema.parse(JSON.parse(line));
  const isScam = record.label === 'scam';
  const kind = record.kind ?? '';
  const kindType = TYPE_OF_KIND.find(([pattern]) => pattern.test(kind))?.[1];
  return {
    id: record.id,
    source: file,
    isScam,
    kind,
    isNearDomain: !isScam && (record.near_domain ?? NEAR_DOMAIN.test(kind)),
    cluster: String(record.cluster ?? record.id),
    pair: record.pair == null ? null : String(record.pair),
    isForTraining: record.use === 'train',
    scamType: isScam ? (record.scam_type ?? kindType ?? null) : null,
    askTurn: record.ask_turn ?? null,
    language: record.lang ?? 'en',
    turns: record.turns.map(({ speaker, text, tactics }) => ({
      speaker: SPEAKERS[speaker?.toLowerCase() ?? ''] ?? 'unknown',
      text,
      tactics: tactics ?? null,
    })),
  };
}
