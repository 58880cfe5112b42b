import { spawn, spawnSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** A Redis for the test: `redis-server` from the PATH, of the test's own, or the one that `TEST_REDIS_URL` names. */
export async function startTestRedis(): Promise<string> {
  const given = process.env['TEST_REDIS_URL'];
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    if (given !== undefined) return given;
    throw new Error(
      'These tests need Redis: install redis-server (apt install redis-server, brew install redis) or set TEST_REDIS_URL.',
    );
  }
  const port = await freePort();
  const server = spawn('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  onTestFinished(() => void server.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (text) => String(text).includes('Ready to accept connections') && resolve());
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  return `redis://127.0.0.1:${port}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
