import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';

type Brand<Name extends string> = string & { readonly __brand: Name };

/** Twilio's name of a phone call: `CA` and 32 hexadecimal digits. It is ours as well: one call, one id, everywhere. */
export type CallSid = Brand<'CallSid'>;
/** Twilio's name of a media stream: `MZ` and 32 hexadecimal digits. */
export type UserId = Brand<'UserId'>;
export type ContactId = Brand<'ContactId'>;
export type AlertId = Brand<'AlertId'>;
export type DeliveryId = Brand<'DeliveryId'>;
export type AnalysisId = Brand<'AnalysisId'>;
/** The scoring of a call by one instance, for as long as that holds it. */
export type ScoringId = Brand<'ScoringId'>;
/** `u1`, `u2`, … in the order in which they were spoken within one call. */
export type UtteranceId = Brand<'UtteranceId'>;
/** A telephone number as `+` and up to 15 digits (ITU-T E.164). */
export type PhoneNumber = Brand<'PhoneNumber'>;

const uuidAs = <Id extends string>() => z.uuid().transform((id) => id as Id);

export const callSidSchema = z
  .string()
  .regex(/^CA[0-9a-f]{32}$/i, 'must be a Twilio CallSid')
  .transform((sid) => sid as CallSid);
export const utteranceIdSchema = z
  .string()
  .regex(/^u[1-9]\d*$/)
  .transform((id) => id as UtteranceId);
export const userIdSchema = uuidAs<UserId>();
export const contactIdSchema = uuidAs<ContactId>();
export const alertIdSchema = uuidAs<AlertId>();
export const deliveryIdSchema = uuidAs<DeliveryId>();
export const analysisIdSchema = uuidAs<AnalysisId>();
export const scoringIdSchema = uuidAs<ScoringId>();
export const phoneNumberSchema = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'must be a telephone number in E.164 form, such as +12125550123')
  .transform((number) => number as PhoneNumber);

export const newId = <Id extends UserId | ContactId | AlertId | DeliveryId | AnalysisId | ScoringId>(): Id =>
  randomUUID() as Id;

/**
 * The id of the text message that tells a contact of a step of a call, a UUID made of these names (RFC 9562, version 5).
 * Whoever records the step gives the same one, before or after the message has left.
 */
export function stepDeliveryId(callSid: CallSid, step: string, contactId: ContactId): DeliveryId {
  const bytes = createHash('sha1')
    .update(DELIVERIES)
    .update(`${callSid} ${step} ${contactId}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  ) as DeliveryId;
}

/** The namespace, drawn once at random. */
const DELIVERIES = Buffer.from('6f1d2c1e7a0b4c0f9c3e5b8d4a7f2e61', 'hex');

export const utteranceIdOf = (number: number): UtteranceId => `u${number}` as UtteranceId;
/** The place of an utterance in its call, from 1. */
export const utteranceNumberOf = (id: UtteranceId): number => Number(id.slice(1));
