import type { DeliveryReport } from './alert-ledger.ts';

/** Twilio's error numbers that may pass: https://www.twilio.com/docs/api/errors/30001, 30003, 30008 and 30036. */
const RETRYABLE_ERRORS = ['30001', '30003', '30008', '30036'];
/** What each of Twilio's statuses means for a delivery; the others are steps on the way to `sent`. */
const REPORTED = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
} as const;

/** What the carrier says of a text message, whether it tells or is asked; a null status means nothing for its delivery. */
export const readTextReport = (
  providerSid: string,
  status: string,
  errorCode: string | null,
): Pick<DeliveryReport, 'providerSid' | 'errorCode' | 'isRetryable'> & {
  readonly status: DeliveryReport['status'] | null;
} => ({
  providerSid,
  status: status in REPORTED ? REPORTED[status as keyof typeof REPORTED] : null,
  errorCode,
  isRetryable: RETRYABLE_ERRORS.includes(errorCode ?? ''),
});
