import { ExponentialBackoff, handleAll, type RetryPolicy, retry } from 'cockatiel';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/** Asks the ledger until it answers, however long it is away, or until the signal aborts. */
export function retryLedger(onFailure: (error: unknown) => void): RetryPolicy {
  const untilAnswered = retry(handleAll, {
    maxAttempts: Number.POSITIVE_INFINITY,
    backoff: new ExponentialBackoff({ initialDelay: FIRST_RETRY_MS, maxDelay: LONGEST_RETRY_MS }),
  });
  untilAnswered.onFailure(({ reason }) => onFailure('error' in reason ? reason.error : reason.value));
  return untilAnswered;
}
