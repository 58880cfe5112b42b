import { z } from 'zod';
import type { JournalEntry } from '../alerting/alert-journal.ts';
import { verdictBasisSchema } from '../call/analysis-message.ts';
import { SCAM_TYPES, TACTICS } from '../call/facts.ts';
import {
  alertIdSchema,
  analysisIdSchema,
  callSidSchema,
  contactIdSchema,
  deliveryIdSchema,
  phoneNumberSchema,
  userIdSchema,
} from '../call/ids.ts';
import { RISK_LEVELS } from '../call/risk.ts';

const failure = { code: z.string(), error: z.string() };

const outcomeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted'), providerSid: z.string() }),
  z.object({ type: z.literal('retry'), delayMs: z.number(), ...failure }),
  z.object({ type: z.literal('uncertain'), delayMs: z.number(), ...failure }),
  z.object({ type: z.literal('failed'), isOptedOut: z.boolean(), ...failure }),
]);

const alertSchema = z.object({
  alertId: alertIdSchema,
  call: z.object({
    callSid: callSidSchema,
    userId: userIdSchema.nullable(),
    from: phoneNumberSchema.nullable(),
    to: phoneNumberSchema.nullable(),
    startedAt: z.number(),
  }),
  owner: z.object({
    userId: userIdSchema,
    name: z.string(),
    contacts: z.array(z.object({ contactId: contactIdSchema, phoneNumber: phoneNumberSchema })),
  }),
  step: z.enum(['high', 'critical']),
  analysis: z.object({
    analysisId: analysisIdSchema,
    finder: z.enum(['local', 'model']),
    assessment: z.object({ level: z.enum(RISK_LEVELS), score: z.number(), because: z.array(z.enum(TACTICS)) }),
    scamType: z.enum(SCAM_TYPES),
    summary: z.string(),
    policyVersion: z.string(),
    /** Entries of earlier versions have none of these. */
    weightsVersion: z.string().default('unknown'),
    promptVersion: z.string().nullable().default(null),
    basis: verdictBasisSchema.nullable().default(null),
    atMs: z.number(),
  }),
  message: z.string(),
  spokenAt: z.number(),
  decidedAt: z.number(),
  raisedAt: z.number(),
});

const reportSchema = z.object({
  deliveryId: deliveryIdSchema,
  /** Entries of earlier versions are all of texts. */
  channel: z.enum(['sms', 'voice']).default('sms'),
  providerSid: z.string(),
  status: z.enum(['sent', 'delivered', 'undelivered', 'failed']),
  errorCode: z.string().nullable(),
  isRetryable: z.boolean(),
});

const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('alert'), alert: alertSchema }),
  z.object({ type: z.literal('outcome'), deliveryId: deliveryIdSchema, outcome: outcomeSchema }),
  z.object({ type: z.literal('report'), report: reportSchema }),
]);

/** A line of its own, whatever half a line a crash or a full disk left before it. */
export const writeEntry = (entry: JournalEntry): string => `\n${JSON.stringify(entry)}\n`;

/** The entries that are whole. `torn` counts the lines that are not. */
export function readEntries(text: string): { readonly entries: readonly JournalEntry[]; readonly torn: number } {
  const lines = text.split('\n').filter((line) => line !== '');
  const entries = lines.map(readEntry).filter((entry) => entry !== null);
  return { entries, torn: lines.length - entries.length };
}

function readEntry(line: string): JournalEntry | null {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
