import { ConfigError, readDatabaseUrl } from './config.ts';
import { migrateDatabase } from './records/migrations.ts';

try {
  await migrateDatabase(readDatabaseUrl());
  process.stdout.write('The tables are up to date.\n');
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
