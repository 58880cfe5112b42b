import twilio, { type Twilio } from 'twilio';
import type { ProviderFailure } from '../../call/failure.ts';

export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** The REST origin; null for Twilio's own. */
  readonly apiUrl: string | null;
}

/** Twilio answers within a second or two; a message whose answer takes longer is looked for instead. */
const REQUEST_TIMEOUT_MS = 5_000;
const MAX_SOCKETS = 64;
/** How far Twilio's clock may be behind ours. Were it further, a message would go out twice rather than not at all. */
export const CLOCK_SKEW_MS = 5_000;

export function createTwilioClient({ accountSid, authToken, apiUrl }: TwilioAccount): Twilio {
  const httpClient = new twilio.RequestClient({ timeout: REQUEST_TIMEOUT_MS, maxSockets: MAX_SOCKETS });
  const client = twilio(accountSid, authToken, { httpClient });
  if (apiUrl !== null) client.api.baseUrl = apiUrl;
  return client;
}

/** Errors of the connection itself: the request never left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EMFILE',
  'ENFILE',
]);

/** Refused for now: the request's time, its rate, and the account's state, which its owner will mend. */
const REFUSED_FOR_NOW = new Set([401, 403, 408, 429]);
/** The sender's queue is full: https://www.twilio.com/docs/api/errors/21611. */
const QUEUE_FULL = 21611;

/**
 * What became of a failed request. Twilio documents 429 (error 20429) as not processed; a 4xx about the message itself as
 * final; after a 5xx or a lost connection nobody knows. Source: https://www.twilio.com/docs/api/errors
 */
export function readTwilioError(error: unknown): {
  kind: 'not_processed' | 'rejected' | 'uncertain';
  failure: ProviderFailure;
} {
  if (error instanceof twilio.RestException) {
    const kind = kindOf(error.status, error.code);
    return { kind, failure: failureOf(String(error.code ?? error.status), error.message, kind !== 'rejected') };
  }
  const { code = 'unknown', message } = error as NodeJS.ErrnoException;
  return { kind: NEVER_SENT.has(code) ? 'not_processed' : 'uncertain', failure: failureOf(code, message, true) };
}

function kindOf(status: number, code: number | undefined): 'not_processed' | 'rejected' | 'uncertain' {
  if (status >= 500) return 'uncertain';
  return status < 400 || REFUSED_FOR_NOW.has(status) || code === QUEUE_FULL ? 'not_processed' : 'rejected';
}

const failureOf = (code: string, message: string, retryable: boolean): ProviderFailure => ({
  provider: 'twilio',
  code,
  message,
  retryable,
});

/** Unknown, or in no state to be changed (https://www.twilio.com/docs/api/errors/20404 and 21220). */
const OVER: readonly string[] = ['20404', '21220'];

/** Whether a request failed because the call, or what was to be stopped of it, has ended. */
export const isOver = ({ code }: ProviderFailure): boolean => OVER.includes(code);
