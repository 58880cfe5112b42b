import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase, POOL_SIZES, type Transaction } from '../../src/records/database.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const ANSWER_MS = 1_000;
const IDLE_MS = 500;

async function start(connections = 20) {
  const url = await createTestDatabase();
  const proxy = await startTcpProxy(url);
  const { db, close } = openDatabase(proxy.url, { answerMs: ANSWER_MS, idleInTransactionMs: IDLE_MS });
  onTestFinished(() => close());
  await Promise.all(Array.from({ length: connections }, () => db.execute(sql`select 1`)));
  return { proxy, db, url };
}

describe('a transaction', () => {
  it('sends the statements that go together in one go, whatever their parameters', async () => {
    const { proxy, db } = await start();
    proxy.delayMs = 50;
    const toldAtMs = await db.transaction((transaction) =>
      Promise.all(
        [1, 2, 3].map(async (number) => {
          const told = sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms, ${number}::int as number`;
          const [row] = await transaction.execute<{ ms: number; number: number }>(told);
          expect(row?.number).toBe(number);
          return row?.ms ?? 0;
        }),
      ),
    );
    expect(Math.max(...toldAtMs) - Math.min(...toldAtMs)).toBeLessThan(2 * proxy.delayMs);
  });
});

describe('a statement outside of transactions', () => {
  it('does not wait behind another on a connection while a second one comes free', async () => {
    const url = await createTestDatabase();
    const open = () => {
      const { db, close } = openDatabase(url, { answerMs: 30_000, idleInTransactionMs: 30_000 });
      onTestFinished(() => close());
      return db;
    };
    const [db, holder] = [open(), open()];
    const [longLock, shortLock] = [1, 2];
    const lockOf = (key: number) => sql`select pg_advisory_xact_lock(${key}::bigint)`;
    const waiting = sql`select 1 from pg_locks where locktype = 'advisory' and not granted`;
    const all: Array<Promise<unknown>> = [];
    await Promise.all(Array.from({ length: POOL_SIZES.records }, () => db.execute(sql`select pg_sleep(0.1)`)));
    await holder.transaction(async (long) => {
      await long.execute(lockOf(longLock));
      let last: Promise<unknown> | undefined;
      await holder.transaction(async (short) => {
        await short.execute(lockOf(shortLock));
        for (let i = 1; i < POOL_SIZES.records; i++) all.push(db.execute(lockOf(longLock)).execute());
        all.push(db.execute(lockOf(shortLock)).execute());
        await eventually(async () => (await holder.execute(waiting)).length === POOL_SIZES.records);
        last = db.execute(sql`select ${1}::int as one`).execute();
      });
      expect(await last).toMatchObject([{ one: 1 }]);
    });
    await Promise.all(all);
  });
});

describe('a database that vanishes without a word', () => {
  it('fails what waits for it, and is found again over new connections', async () => {
    const { proxy, db } = await start();
    proxy.freeze();
    await expect(db.execute(sql`select 1`)).rejects.toThrow();
    expect(await db.execute(sql`select 1 as one`)).toMatchObject([{ one: 1 }]);
  });

  it('fails a transaction that was about to begin', async () => {
    const { proxy, db } = await start();
    proxy.freeze();
    const run = () => db.transaction((transaction) => transaction.execute(sql`select 1 as one`));
    await expect(run()).rejects.toThrow();
    expect(await run()).toMatchObject([{ one: 1 }]);
  });

  it('fails a transaction that was under way, though nobody confirms its end', async () => {
    const { proxy, db } = await start();
    const standing = db.transaction(async (transaction) => {
      await transaction.execute(sql`select 1`);
      proxy.vanish();
      await transaction.execute(sql`select 2`);
    });
    await expect(standing).rejects.toThrow();
    expect(await db.execute(sql`select 1 as one`)).toMatchObject([{ one: 1 }]);
  });

  it('reads times the same as before', async () => {
    const { proxy, db } = await start();
    const read = () => db.execute(sql`select timestamptz '2026-11-21 10:00Z' as at`);
    const before = await read();
    proxy.freeze();
    await expect(read()).rejects.toThrow();
    expect(await read()).toEqual(before);
  });
});

describe('a database that closes its connections', () => {
  it('fails the transactions that are under way, and nothing else', async () => {
    const { proxy, db } = await start();
    const begun: string[] = [];
    const transactions = Array.from({ length: 5 }, () =>
      db.transaction(async (transaction) => {
        await transaction.execute(sql`select 1`);
        begun.push('one');
        await transaction.execute(sql`select pg_sleep(10)`);
        await transaction.execute(sql`select 2`);
      }),
    );
    await eventually(() => begun.length === 5);
    proxy.close();
    for (const { status } of await Promise.allSettled(transactions)) expect(status).toBe('rejected');
    await eventually(() => db.execute(sql`select 1`).catch(() => false));
  });

  it('never ends the process, at whatever moment it does', async () => {
    const { proxy, db } = await start();
    const note = (transaction: Transaction, number: number) => transaction.execute(sql`select ${number}`);
    const transact = () =>
      db.transaction(async (transaction) => {
        for (let number = 1; number <= 6; number++) await note(transaction, number);
        await Promise.all([note(transaction, 7), note(transaction, 8)]);
      });
    for (let round = 0; round < 60; round++) {
      const running = Promise.allSettled(Array.from({ length: 12 }, transact));
      await new Promise((done) => setTimeout(done, round % 12));
      if (round % 2 === 0) proxy.close();
      else proxy.cut();
      proxy.restore();
      await running;
    }
    await eventually(() => db.execute(sql`select 1`).catch(() => false));
  });

  it('takes back what a transaction did that throws by itself', async () => {
    const { db } = await start();
    await db.execute(sql`create table notes (note text)`);
    const failing = db.transaction(async (transaction) => {
      await transaction.execute(sql`insert into notes values ('taken back')`);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    expect(await db.execute(sql`select * from notes`)).toHaveLength(0);
  });
});

describe('a connection that vanishes among others', () => {
  it('fails what waits for it, though the others answer', async () => {
    const { proxy, db } = await start(0);
    const begun: string[] = [];
    const lost = db.transaction(async (transaction) => {
      await transaction.execute(sql`select 1`);
      proxy.freeze();
      begun.push('one');
      await transaction.execute(sql`select 2`);
    });
    const outcomes: string[] = [];
    lost.then(
      () => outcomes.push('kept'),
      () => outcomes.push('lost'),
    );
    await eventually(() => begun.length === 1);
    await eventually(async () => {
      // The others that are under way when the connections are given up fail as well.
      await db.execute(sql`select 1`).catch(() => undefined);
      return outcomes.length > 0;
    });
    expect(outcomes).toEqual(['lost']);
  });

  it('keeps no locks', async () => {
    const { proxy, db, url } = await start();
    const elsewhere = openDatabase(url);
    onTestFinished(() => elsewhere.close());
    await db.execute(sql`create table notes (note text)`);
    await db.execute(sql`insert into notes values ('held')`);
    await new Promise<void>((isHolding) => {
      void db.transaction(async (transaction) => {
        await transaction.execute(sql`select * from notes for update`);
        proxy.freeze();
        isHolding();
        await new Promise(() => undefined);
      });
    });
    expect(await elsewhere.db.execute(sql`select * from notes for update`)).toHaveLength(1);
  });
});

describe('a transaction that stands still', () => {
  it('fails, and nothing else does', async () => {
    const { db } = await start();
    let goOn = (): void => undefined;
    const standing = db.transaction(async (transaction) => {
      await transaction.execute(sql`select 1`);
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await transaction.execute(sql`select 2`);
    });
    await expect(standing).rejects.toThrow();
    goOn();
    // Longer than any statement may take: what it left behind gives no connection up.
    const others = Array.from({ length: 5 }, (_, at) => db.execute(sql`select pg_sleep(${(at * ANSWER_MS) / 5_000})`));
    await Promise.all(others);
  });
});
