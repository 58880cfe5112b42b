import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject, onTestFinished } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../src/records/database.ts';

/** A database of one's own with the service's tables. Returns its address. */
export async function createTestDatabase(): Promise<string> {
  const url = new URL(inject('postgresUrl'));
  const template = url.pathname.slice(1);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = postgres(admin.href, { max: 1, onnotice: () => undefined });
  // Postgres copies a template for one at a time.
  await client`select pg_advisory_lock(1)`;
  await client.unsafe(`create database ${name} template ${template}`);
  await client.end();
  url.pathname = `/${name}`;
  return url.href;
}

/** An open connection to a database of one's own, closed when the test is over. */
export async function openTestDatabase(): Promise<DatabaseConnection> {
  const connection = openDatabase(await createTestDatabase());
  onTestFinished(() => connection.close());
  return connection;
}
