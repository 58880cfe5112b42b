import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/records/database.ts';
import { createTestDatabase } from '../support/database.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const ANSWER_MS = 300;

async function start() {
  const proxy = await startTcpProxy(await createTestDatabase());
  const { db, close } = openDatabase(proxy.url, ANSWER_MS);
  onTestFinished(() => close());
  await Promise.all(Array.from({ length: 20 }, () => db.execute(sql`select 1`)));
  return { proxy, db };
}

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

  it('reads times the same as before', async () => {
    const { proxy, db } = await start();
    const read = () => db.execute(sql`select timestamptz '2026-11-21 10:00Z' as at`);
    const before = await read();
    proxy.freeze();
    await expect(read()).rejects.toThrow();
    expect(await read()).toEqual(before);
  });
});

describe('a slow database', () => {
  it('is waited for as long as it answers anything', async () => {
    const { db } = await start();
    const slow = db.execute(sql`select pg_sleep(${(3 * ANSWER_MS) / 1_000})`);
    const others = (async () => {
      for (let i = 0; i < 40; i++) await db.execute(sql`select pg_sleep(0.025)`);
    })();
    await Promise.all([slow, others]);
  });
});
