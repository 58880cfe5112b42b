import { onTestFinished } from 'vitest';
import type { DeliveryOutcome } from '../../src/alerting/alert-ledger.ts';
import { NO_ESCALATION } from '../../src/alerting/escalation.ts';
import { systemClock } from '../../src/call/clock.ts';
import { startOutbox } from '../../src/delivery/outbox.ts';
import { createTwilioClient } from '../../src/delivery/twilio/twilio-client.ts';
import { createTwilioSenders } from '../../src/delivery/twilio/twilio-senders.ts';
import { createPostgresAlertLedger } from '../../src/records/postgres-alert-ledger.ts';
import { startTwilioStandIn } from '../../src/simulators/twilio-stand-in.ts';
import { openTestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { createHousehold, newAlert } from './people.ts';

const LIMITS = {
  pollMs: 20,
  concurrency: 4,
  leaseMs: 60_000,
  answerMs: 5_000,
  giveUpAfterMs: 60_000,
  lateAfterMs: 300_000,
  firstRetryMs: 20,
  longestRetryMs: 40,
};
const REPORTS = {
  reportedFailures: 4,
  firstRetryMs: 20,
  longestRetryMs: 40,
  unansweredCalls: 2,
  callAgainMs: 20,
  restMs: 20,
};
export const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' };

export async function openOutbox(
  contacts: number,
  limits: Partial<typeof LIMITS> = {},
  { authToken = ACCOUNT.authToken, escalation = NO_ESCALATION } = {},
) {
  const { db } = await openTestDatabase();
  const twilio = await startTwilioStandIn({ ...ACCOUNT, serviceUrl: () => 'http://127.0.0.1:9' });
  onTestFinished(() => twilio.stop());
  const household = await createHousehold(db, contacts, escalation);
  const outcomes: DeliveryOutcome[] = [];
  const ledger = createPostgresAlertLedger(db, { instanceId: 'one', ...REPORTS });
  const client = createTwilioClient({ ...ACCOUNT, authToken, apiUrl: twilio.url });
  const startWorker = (instanceId: string) => {
    const outbox = startOutbox({
      ledger: createPostgresAlertLedger(db, { instanceId, ...REPORTS }),
      senders: createTwilioSenders({ client, sender: { from: '+15555550142' }, baseUrl: 'https://calls.test' }),
      clock: systemClock,
      random: Math.random,
      limits: { ...LIMITS, ...limits },
      observer: {
        attempting: () => undefined,
        settled: (_delivery, outcome) => outcomes.push(outcome),
        changed: () => undefined,
        ledgerFailed: () => undefined,
      },
    });
    onTestFinished(() => outbox.stop());
    return outbox;
  };
  const raise = () => ledger.record(newAlert(household.call, household.owner));
  const settled = (count: number) => eventually(() => outcomes.length >= count && outcomes);
  return { db, twilio, household, ledger, startWorker, raise, settled };
}
