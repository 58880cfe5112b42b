import type { SendAhead } from '../alerting/unrecorded-alerts.ts';
import { type Clock, pause, withinDeadline } from '../call/clock.ts';
import type { TextSender } from './message-sender.ts';
import { ALERT_VALIDITY_S, backoffMs, failed, NO_ANSWER, type OutboxLimits } from './outbox.ts';

/**
 * Sends a message of an alert that the outbox cannot know yet. What was not processed is sent again at once when its time
 * comes; what is uncertain is not: only the ledger knows which of the carrier's messages are whose.
 */
export const createSendAhead =
  (sender: TextSender, clock: Clock, random: () => number, limits: OutboxLimits): SendAhead =>
  async ({ deliveryId, to, body }, signal) => {
    const startedAtMs = clock.monotonicMs();
    for (let attempts = 1; ; attempts++) {
      const message = { deliveryId, to, body, validityS: ALERT_VALIDITY_S };
      const result = (await withinDeadline(clock, limits.answerMs, sender.send(message))) ?? NO_ANSWER;
      if (result.type === 'accepted') return { type: 'accepted', providerSid: result.providerSid };
      const { failure } = result;
      if (result.type === 'rejected') return failed(failure, result.isOptedOut);
      const delayMs = backoffMs(attempts, limits, random);
      const again = { delayMs, code: failure.code, error: failure.message };
      if (result.type === 'uncertain') return { type: 'uncertain', ...again };
      if (clock.monotonicMs() - startedAtMs >= limits.giveUpAfterMs) return failed(failure, false);
      await pause(clock, delayMs, signal);
      if (signal.aborted) return { type: 'retry', ...again, delayMs: 0 };
    }
  };
