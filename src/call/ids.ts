import { randomUUID } from 'node:crypto';
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
export const deliveryIdSchema = uuidAs<DeliveryId>();
export const phoneNumberSchema = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'must be a telephone number in E.164 form, such as +12125550123')
  .transform((number) => number as PhoneNumber);

export const newId = <Id extends UserId | ContactId | AlertId | DeliveryId | AnalysisId>(): Id => randomUUID() as Id;

export const utteranceIdOf = (number: number): UtteranceId => `u${number}` as UtteranceId;
/** The place of an utterance in its call, from 1. */
export const utteranceNumberOf = (id: UtteranceId): number => Number(id.slice(1));
