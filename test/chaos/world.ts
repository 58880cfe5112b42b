import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/records/embedded-postgres.ts';
import { migrateDatabase } from '../../src/records/migrations.ts';
import { type StandIns, startStandIns } from '../../src/simulators/stand-ins.ts';
import { type FaultyLink, openFaultyLink } from '../support/faulty-link.ts';
import { startRedisServer } from '../support/redis-server.ts';
import type { RecordedCall } from '../support/service.ts';
import type { Household } from './played-call.ts';

export const PUBLIC_ORIGIN = 'https://chaos.ethiq.test';

/** Everything around the instances: Postgres and Redis of the suite's own, each behind a link, and the stand-ins. */
export interface World {
  /** Logs of the instances. */
  readonly folder: string;
  readonly postgres: FaultyLink;
  readonly redis: FaultyLink;
  readonly standIns: StandIns;
  /** Settings of an instance. */
  readonly environment: Readonly<Record<string, string>>;
  /** `isKept`: the logs stay. */
  stop(options: { readonly isKept: boolean }): Promise<void>;
}

/** Short enough that a deploy hands calls over, and lets some of them end. */
const DRAIN_TIMEOUT_S = 2;

/** `speed`: how many times as fast as people the callers speak. */
export async function startWorld(serviceUrl: () => string, speed: number): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'ethiq-chaos-'));
  const directory = await mkdtemp(join(tmpdir(), 'ethiq-chaos-postgres-'));
  // No power fails here: only processes are killed.
  const database = await startEmbeddedPostgres({ directory, isPersistent: true, isDurable: false });
  await migrateDatabase(database.url);
  const server = await startRedisServer();
  const postgres = await openFaultyLink(database.url);
  const redis = await openFaultyLink(server.url);
  const standIns = await startStandIns(serviceUrl);
  return {
    folder,
    postgres,
    redis,
    standIns,
    environment: {
      ...standIns.environment,
      NODE_ENV: 'production',
      BASE_URL: PUBLIC_ORIGIN,
      TRUST_PROXY: '127.0.0.1',
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      API_RATE_LIMIT: '10000000',
      DEEPGRAM_CATCH_UP: String(1.25 * speed),
      DRAIN_TIMEOUT_S: String(DRAIN_TIMEOUT_S),
    },
    async stop({ isKept }) {
      await standIns.stop();
      for (const link of [postgres, redis]) link.stop();
      server.stop();
      await database.stop();
      for (const each of isKept ? [directory] : [directory, folder]) await rm(each, { recursive: true, force: true });
    },
  };
}

/** The operator, with the admin key. */
export function createOperator(serviceUrl: string, adminKey: string) {
  const headers = { 'x-api-key': adminKey, 'x-forwarded-proto': 'https' };

  async function post(path: string, body: object): Promise<{ id: string }> {
    const response = await fetch(`${serviceUrl}/api/v1${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { id: string };
  }

  return {
    headers,
    /** A user with a line and a contact that no other call has. */
    async provision(number: number): Promise<Household> {
      const digits = String(number).padStart(7, '0');
      const [phoneNumber, line, contact] = [`+1212${digits}`, `+1312${digits}`, `+1415${digits}`];
      const user = await post('/users', { name: `Chaos ${number}`, phoneNumber, lineNumber: line, mode: 'listen' });
      await post(`/users/${user.id}/contacts`, { name: 'Ann', phoneNumber: contact, optIn: 'recorded' });
      return { line, contact };
    },
    /** Null when there is none, or it cannot be had now. */
    async recordOf(callSid: string): Promise<RecordedCall | null> {
      const response = await fetch(`${serviceUrl}/api/v1/calls/${callSid}`, { headers });
      return response.ok ? ((await response.json()) as RecordedCall) : null;
    },
  };
}

export type Operator = ReturnType<typeof createOperator>;
