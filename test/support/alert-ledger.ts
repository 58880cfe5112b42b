import type { AlertLedger, ClaimedDelivery } from '../../src/alerting/alert-ledger.ts';
import { NO_ESCALATION } from '../../src/alerting/escalation.ts';
import { createCallReader } from '../../src/records/call-reader.ts';
import { createPostgresAlertLedger } from '../../src/records/postgres-alert-ledger.ts';
import { openTestDatabase } from './database.ts';
import { createHousehold, LEDGER_LIMITS } from './people.ts';

export const LIMITS = { ...LEDGER_LIMITS, restMs: 5_000 };
export const CLAIM = { limit: 100, leaseMs: 60_000 };

export async function openLedger(contacts = 1, escalation = NO_ESCALATION) {
  const { db } = await openTestDatabase();
  const ledgerOf = (instanceId: string): AlertLedger => createPostgresAlertLedger(db, { instanceId, ...LIMITS });
  const household = await createHousehold(db, contacts, escalation);
  const ledger = ledgerOf('one');
  const { call, owner } = household;
  const claimOne = async (): Promise<ClaimedDelivery> => {
    const [delivery] = await ledger.claimDue(CLAIM);
    if (delivery === undefined) throw new Error('nothing is due');
    return delivery;
  };
  const delivery = async () => (await createCallReader(db)(call.callSid))?.alerts[0]?.deliveries[0];
  return { db, ledgerOf, ledger, household, call, owner, claimOne, delivery };
}
