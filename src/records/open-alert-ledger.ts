import { sql, TransactionRollbackError } from 'drizzle-orm';
import type { AlertLedger, NewAlert } from '../alerting/alert-ledger.ts';
import type { Clock } from '../call/clock.ts';
import {
  type AlertId,
  type AnalysisId,
  type CallSid,
  type ContactId,
  newId,
  type PhoneNumber,
  type UserId,
} from '../call/ids.ts';
import type { Claimant } from './claim-deliveries.ts';
import { type Database, openDatabase, POOL_SIZES } from './database.ts';
import { type AlertLedgerOptions, createPostgresAlertLedger } from './postgres-alert-ledger.ts';
import { recordAlert } from './record-alert.ts';
import { emergencyContacts, users } from './schema.ts';

export interface OpenAlertLedger extends AlertLedger {
  /** Closes what it opened. */
  close(): Promise<void>;
}

/**
 * The ledger, which records alerts over connections of their own: nothing but a rehearsal is before them there, and each
 * is ready. For it records an alert that is nobody's, now and then again and again, and takes it back. The first alert of
 * a connection takes Postgres several times as long as the next: it reads what it must know of the tables, and plans each
 * statement (https://www.postgresql.org/docs/current/plpgsql-implementation.html#PLPGSQL-PLAN-CACHING). No family waits
 * for that; and where alerts cannot be recorded, `onFailure` is told before there is one.
 */
export function openAlertLedger(
  { db, databaseUrl, clock }: { readonly db: Database; readonly databaseUrl: string; readonly clock: Clock },
  options: AlertLedgerOptions & { readonly rehearseMs: number },
  onFailure: (error: unknown) => void,
): OpenAlertLedger {
  const own = openDatabase(databaseUrl, { connections: POOL_SIZES.alerts });
  const rehearse = (): void => {
    // At once, so that none of them is asked twice.
    const rehearsals = Array.from({ length: POOL_SIZES.alerts }, () => rehearseAlert(own.db, options, clock.wallMs()));
    Promise.all(rehearsals).catch(onFailure);
  };
  rehearse();
  const stopRehearsals = clock.every(options.rehearseMs, rehearse);
  const { record } = createPostgresAlertLedger(own.db, options);
  return {
    ...createPostgresAlertLedger(db, options),
    record,
    close() {
      stopRehearsals();
      return own.close();
    },
  };
}

/** An alert may wait for the connection: the rehearsal waits for nobody who has locked a table, and needs more of it. */
const LOCK_TIMEOUT_MS = 50;

async function rehearseAlert(db: Database, claimant: Claimant, at: number): Promise<void> {
  const alert = alertOfNobody(at);
  const { userId, name, contacts } = alert.owner;
  try {
    await db.transaction(async (transaction) => {
      const lineNumber = numberOf(userId);
      const known = contacts.map(({ contactId, phoneNumber }) => ({
        id: contactId,
        userId,
        name,
        phoneNumber,
        status: 'active' as const,
        optIn: 'recorded' as const,
      }));
      await transaction.execute(sql`set local lock_timeout = ${sql.raw(String(LOCK_TIMEOUT_MS))}`);
      await transaction.insert(users).values({ id: userId, name, phoneNumber: lineNumber, lineNumber, mode: 'listen' });
      await transaction.insert(emergencyContacts).values(known);
      await recordAlert(transaction, alert, claimant, { claim: { limit: contacts.length, leaseMs: 0 } });
      transaction.rollback();
    });
  } catch (error) {
    if (!(error instanceof TransactionRollbackError)) throw error;
  }
}

/** As in no telephone network, so that it is in nobody's way. */
const numberOf = (id: string): PhoneNumber => `rehearsal ${id}` as PhoneNumber;

function alertOfNobody(at: number): NewAlert {
  const [userId, contactId] = [newId<UserId>(), newId<ContactId>()];
  return {
    alertId: newId<AlertId>(),
    call: { callSid: numberOf(userId) as string as CallSid, userId, from: null, to: null, startedAt: at },
    owner: { userId, name: 'nobody', contacts: [{ contactId, phoneNumber: numberOf(contactId) }] },
    step: 'high',
    analysis: {
      analysisId: newId<AnalysisId>(),
      finder: 'local',
      assessment: { level: 'high', score: 0, because: [] },
      scamType: 'none',
      summary: '',
      policyVersion: '',
      weightsVersion: '',
      promptVersion: null,
      basis: null,
      atMs: 0,
    },
    message: '',
    spokenAt: at,
    decidedAt: at,
    raisedAt: at,
  };
}
