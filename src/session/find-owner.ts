import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import type { Call, FoundOwner } from '../call/call.ts';
import type { CallDirectory } from './call-directory.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** Asks the directory until it answers, or `signal` aborts: a call goes on while the database is away. */
export function createFindOwner(
  directory: CallDirectory,
  onFailure: (error: unknown) => void,
  signal: AbortSignal,
): (call: Call) => Promise<FoundOwner | null> {
  const untilAnswered = retry(handleAll, {
    maxAttempts: Number.POSITIVE_INFINITY,
    backoff: new ExponentialBackoff({ initialDelay: FIRST_RETRY_MS, maxDelay: LONGEST_RETRY_MS }),
  });
  untilAnswered.onFailure(({ reason }) => onFailure('error' in reason ? reason.error : reason.value));
  return (call) => untilAnswered.execute(() => directory.findOwner(call), signal);
}
