import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import closeWithGrace from 'close-with-grace';
import { type App, createApp } from './app.ts';
import { systemClock } from './call/clock.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { whereItBroke } from './observability/logger.ts';
import { type EmbeddedDatabase, startEmbeddedPostgres } from './records/embedded-postgres.ts';
import { migrateDatabase } from './records/migrations.ts';

/** What may come after the calls have ended: the last messages and records. */
const CLOSE_MS = 30_000;
const DATA_FOLDER = fileURLToPath(new URL('../.data/postgres', import.meta.url));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

// What cannot be said, on a full disk for example, is no reason to end.
process.stderr.on('error', () => undefined);

const config = readConfigOrExit();
tellWhatIsUnusual(config);
const embedded = config.databaseUrl === null ? await startOwnDatabase() : null;
const app = await createApp({
  config,
  databaseUrl: config.databaseUrl ?? embedded?.url ?? '',
  version: readVersion(),
  clock: systemClock,
});
closeWithGrace({ delay: config.drainTimeoutMs + CLOSE_MS }, async ({ err }) => {
  if (err !== undefined) say(`ended by an error: ${JSON.stringify(whereItBroke(err))}`);
  await end(app, embedded, err === undefined);
});
await app.listen();

/** In order: calls first. After an error of our own they are better off elsewhere at once. */
async function end(running: App, database: EmbeddedDatabase | null, isOrderly: boolean): Promise<void> {
  if (isOrderly) await running.drain();
  await running.close();
  await database?.stop();
}

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    say(error.message);
    process.exit(1);
  }
}

function tellWhatIsUnusual({ isExposed, databaseUrl, redisUrl, openai, notYet }: Config): void {
  if (!isExposed) say('Example keys are in use where none are set: for development only.');
  if (databaseUrl === null) say('DATABASE_URL is not set: an embedded Postgres keeps its data under .data/.');
  if (redisUrl === null) say('REDIS_URL is not set: this is the only instance, and live views are in-process.');
  if (openai === null) say('OPENAI_API_KEY is not set: the local detector scores alone.');
  if (notYet.length > 0) say(`Set, but without effect in this version: ${notYet.join(', ')}.`);
}

async function startOwnDatabase(): Promise<EmbeddedDatabase> {
  const database = await startEmbeddedPostgres({ directory: DATA_FOLDER, isPersistent: true, isDurable: true });
  await migrateDatabase(database.url);
  return database;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
