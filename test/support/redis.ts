import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { startRedisServer } from './redis-server.ts';

/** A Redis for the test: `redis-server` from the PATH, of the test's own, or the one that `TEST_REDIS_URL` names. */
export async function startTestRedis(): Promise<string> {
  const given = process.env['TEST_REDIS_URL'];
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    if (given !== undefined) return given;
    throw new Error(
      'These tests need Redis: install redis-server (apt install redis-server, brew install redis) or set TEST_REDIS_URL.',
    );
  }
  const server = await startRedisServer();
  onTestFinished(() => server.stop());
  return server.url;
}
