import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseErrorCode, openDatabase, POOL_SIZES } from '../../src/records/database.ts';
import { openAlertLedger } from '../../src/records/open-alert-ledger.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createHousehold, LEDGER_LIMITS, newAlert } from '../support/people.ts';

const REHEARSE_MS = 30_000;
const TABLES = [
  'users',
  'emergency_contacts',
  'active_calls',
  'fraud_analyses',
  'alerts',
  'deliveries',
  'alert_events',
];
const UNDEFINED_FUNCTION = '42883';
const LOCK_NOT_AVAILABLE = '55P03';

async function start() {
  const url = await createTestDatabase();
  const { db, close } = openDatabase(url, { connections: 1 });
  const clock = createFakeClock();
  const failures: unknown[] = [];
  const options = { instanceId: 'one', ...LEDGER_LIMITS, rehearseMs: REHEARSE_MS };
  const ledger = openAlertLedger({ db, databaseUrl: url, clock }, options, (error) => failures.push(error));
  onTestFinished(async () => void (await Promise.all([close(), ledger.close()])));
  const ended = sql`select state_change::text as at from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and state = 'idle' and query ilike 'rollback%'`;
  /** When each connection took a rehearsal back. */
  const rehearsed = async () => (await db.execute<{ at: string }>(ended)).map(({ at }) => at);
  await eventually(async () => (await rehearsed()).length === POOL_SIZES.alerts);
  return { db, clock, ledger, failures, rehearsed };
}

describe('a ledger of alerts', () => {
  it('rehearses an alert on each of its connections, again and again, and leaves nothing of it', async () => {
    const { db, clock, failures, rehearsed } = await start();
    const first = await rehearsed();
    clock.advance(REHEARSE_MS);
    await eventually(async () => {
      const again = await rehearsed();
      return again.length === POOL_SIZES.alerts && again.every((at) => !first.includes(at));
    });
    for (const table of TABLES) {
      expect(await db.execute(sql`select from ${sql.identifier(table)}`), table).toHaveLength(0);
    }
    expect(failures).toEqual([]);
  });

  it('records an alert while all other connections are busy', async () => {
    const { db, ledger } = await start();
    const { call, owner } = await createHousehold(db);
    const claim = { limit: 1, leaseMs: 60_000 };
    const recorded = await db.transaction(() => ledger.record(newAlert(call, owner), { claim }));
    expect(recorded).toMatchObject({ isNew: true, claimed: [{ attempts: 1 }] });
  });

  it('does not hold up an alert behind a rehearsal that waits for a lock', async () => {
    const { db, clock, ledger, failures } = await start();
    const { call, owner } = await createHousehold(db);
    await db.transaction(async (transaction) => {
      await transaction.execute(sql`lock table users in share row exclusive mode`);
      clock.advance(REHEARSE_MS);
      expect(await ledger.record(newAlert(call, owner))).toMatchObject({ isNew: true });
    });
    await eventually(() => failures.length > 0);
    expect(databaseErrorCode(failures[0])).toBe(LOCK_NOT_AVAILABLE);
  });

  it('has the record of an alert planned once for each connection', async () => {
    const { db } = await start();
    const [settings] = await db.execute(sql`select proconfig from pg_proc where proname = 'record_alert'`);
    expect(settings).toEqual({ proconfig: '{plan_cache_mode=force_generic_plan}' });
  });

  it('tells that alerts cannot be recorded before there is one', async () => {
    const { db, clock, failures } = await start();
    await db.execute(sql`alter function record_alert rename to mislaid`);
    clock.advance(REHEARSE_MS);
    await eventually(() => failures.length > 0);
    expect(databaseErrorCode(failures[0])).toBe(UNDEFINED_FUNCTION);
  });
});
