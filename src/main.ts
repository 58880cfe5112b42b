import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import closeWithGrace from 'close-with-grace';
import { createApp } from './app.ts';
import { systemClock } from './call/clock.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { openLogOutput } from './observability/log-output.ts';
import { createLogger, whereItBroke } from './observability/logger.ts';
import { type EmbeddedDatabase, startEmbeddedPostgres } from './records/embedded-postgres.ts';
import { migrateDatabase } from './records/migrations.ts';
import { DEFAULT_POLICY } from './scoring/default-policy.ts';
import { GROUP_SIGNALS, startWorkers, toldToDrain } from './workers.ts';

/** What may come after the calls have ended: the last messages and records. */
const CLOSE_MS = 30_000;
/** How much longer the primary waits, so that a worker which is late ends by its own word. */
const WORKERS_CLOSE_MS = 5_000;
/**
 * How far the heap grows beyond what it holds before V8 collects all of it, percent. By itself V8 would choose about ten:
 * it takes the collector's threads for free, which at a thousand calls hold up the calls on their core for 200 ms, every
 * three seconds (load-tests/README.md).
 */
const HEAP_GROWTH_PERCENT = 200;
const DATA_FOLDER = fileURLToPath(new URL('../.data/postgres', import.meta.url));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);

// What cannot be said, on a full disk for example, is no reason to end.
process.stderr.on('error', () => undefined);

const told = cluster.isWorker ? toldToDrain() : null;
const config = readConfigOrExit();
if (cluster.isPrimary) tellWhatIsUnusual(config);
const embedded = config.databaseUrl === null ? await startOwnDatabase() : null;
const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
if (cluster.isPrimary && config.workers > 1) await supervise();
else await serve();

/** The whole service, in this process. After an error of our own its calls are better off elsewhere at once. */
async function serve(): Promise<void> {
  const worker = cluster.worker?.id ?? null;
  const app = await createApp({ config, databaseUrl, version: readVersion(), worker, clock: systemClock });
  const grace = onEnd(config.drainTimeoutMs + CLOSE_MS, async (isOrderly) => {
    if (isOrderly) await app.drain();
    await app.close();
  });
  void told?.then(grace.close);
  await app.listen();
}

/** The service in several processes. They are not at fault when this one is: their calls may end. */
async function supervise(): Promise<void> {
  const { workers: count, instanceId, logLevel, limits } = config;
  const logger = createLogger(
    logLevel,
    instanceId,
    openLogOutput(systemClock, { lost: () => undefined, held: () => undefined }),
  );
  const options = { count, instanceId, databaseUrl, clock: systemClock, logger, limits: limits.workers };
  const workers = startWorkers(options);
  onEnd(config.drainTimeoutMs + CLOSE_MS + WORKERS_CLOSE_MS, workers.drain);
  await workers.listen();
}

/** When this process is to end: what it does first, and how long that may take. */
function onEnd(delayMs: number, end: (isOrderly: boolean) => Promise<void>) {
  return closeWithGrace({ delay: delayMs, skip: cluster.isWorker ? [...GROUP_SIGNALS] : [] }, async ({ err }) => {
    if (err !== undefined) say(`ended by an error: ${JSON.stringify(whereItBroke(err))}`);
    try {
      await end(err === undefined);
    } finally {
      await embedded?.stop();
    }
  });
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

function tellWhatIsUnusual({ isExposed, databaseUrl, redisUrl, openai, policy, notYet }: Config): void {
  if (!isExposed) say('Example keys are in use where none are set: for development only.');
  if (databaseUrl === null) say('DATABASE_URL is not set: an embedded Postgres keeps its data under .data/.');
  if (redisUrl === null) say('REDIS_URL is not set: this is the only instance, and live views are in-process.');
  if (openai === null) say('OPENAI_API_KEY is not set: the local detector scores alone.');
  if (policy !== DEFAULT_POLICY) say(`LIKENESS_WEIGHTS is set: weights ${policy.likeness.model.version} are in use.`);
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
