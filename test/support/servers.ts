import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/records/embedded-postgres.ts';
import { migrateDatabase } from '../../src/records/migrations.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Postgres of the tests' own; its database has the service's tables and is copied for each test file. */
    readonly postgresUrl: string;
  }
}

// biome-ignore lint/style/noDefaultExport: vitest calls the default export
export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'ethiq-test-'));
  const postgres = await startEmbeddedPostgres({ directory: folder, isPersistent: false, isDurable: false });
  await migrateDatabase(postgres.url);
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
