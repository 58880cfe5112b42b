import { existsSync, openSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../src/records/database.ts';
import { BANK_IMPERSONATION } from '../src/simulators/scenarios.ts';
import { createTestDatabase } from './support/database.ts';
import { eventually } from './support/eventually.ts';
import type { FaultyLink } from './support/faulty-link.ts';
import { newFolder } from './support/folder.ts';
import { freePort } from './support/free-port.ts';
import { createHousehold } from './support/people.ts';
import { startTestRedis } from './support/redis.ts';
import { healthOf, liveCall, newCall, run, runWithStandIns } from './support/running-service.ts';
import { startTcpProxy } from './support/tcp-proxy.ts';

describe('SIGTERM', () => {
  it('lets the live call finish and alert, while readiness falls, and exits 0', async () => {
    const { service, standIns } = await runWithStandIns();
    const call = await liveCall(service, standIns);
    expect((await fetch(`${service.url()}/health/ready`)).status).toBe(200);
    service.process.kill('SIGTERM');
    await eventually(async () => (await fetch(`${service.url()}/health/ready`)).status === 503);
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => standIns.twilio.messages.length > 0);
    expect(call.isConnected).toBe(true);
    expect(service.exitCode()).toBeNull();
    await call.hangUp();
    await eventually(() => service.exitCode() !== null);
    expect(service.exitCode()).toBe(0);
  });

  it('twice ends at once', async () => {
    const { service, standIns } = await runWithStandIns();
    await liveCall(service, standIns);
    service.process.kill('SIGTERM');
    await eventually(() => service.output().includes('draining'));
    service.process.kill('SIGTERM');
    await eventually(() => service.exitCode() !== null, 3_000);
    expect(service.exitCode()).toBe(1);
  });

  it('hands over the calls that outlast its patience', async () => {
    const { service, standIns } = await runWithStandIns({ DRAIN_TIMEOUT_S: '0' });
    const call = await liveCall(service, standIns);
    service.process.kill('SIGTERM');
    await eventually(() => service.exitCode() !== null);
    expect(service.exitCode()).toBe(0);
    expect(call.isConnected).toBe(false);
    call.over();
  });
});

describe('the start', () => {
  it('names every missing setting in one message, shows no value, and exits 1', async () => {
    const service = run({ NODE_ENV: 'production', JWT_SECRET: 'tooshort', DEEPGRAM_URL: 'nowhere' });
    await eventually(() => service.exitCode() !== null);
    expect(service.exitCode()).toBe(1);
    for (const name of ['BASE_URL', 'DATABASE_URL', 'REDIS_URL', 'TWILIO_AUTH_TOKEN', 'JWT_SECRET', 'DEEPGRAM_URL']) {
      expect(service.output()).toContain(name);
    }
    expect(service.output()).not.toContain('tooshort');
  });

  it('does not wait for providers that are down: the service is degraded and takes calls', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;
    const { service, standIns } = await runWithStandIns({
      TWILIO_API_URL: `http://${nowhere}`,
      DEEPGRAM_URL: `ws://${nowhere}`,
      OPENAI_BASE_URL: `http://${nowhere}/v1`,
    });
    expect((await fetch(`${service.url()}/health`)).status).toBe(200);
    expect(await healthOf(service)).toMatchObject({
      status: 'degraded',
      checks: { server: 'ok', database: 'ok', redis: 'disabled', twilio: 'error', deepgram: 'error', openai: 'error' },
      reasons: { twilio: 'ECONNREFUSED', deepgram: 'ECONNREFUSED', openai: 'ECONNREFUSED' },
    });
    const call = await liveCall(service, standIns);
    expect(call.isConnected).toBe(true);
    call.over();
  });
});

/** What does not answer, and how. */
const AWAY: ReadonlyArray<readonly [string, (link: FaultyLink) => void]> = [
  ['refuses every connection', (link) => link.cut()],
  [
    'says nothing',
    (link) => {
      link.delayMs = 600_000;
    },
  ],
];

describe.each(AWAY)('a start while everything around the service %s', (_how, takeAway) => {
  it('succeeds, says what is away, takes calls, and all comes good by itself', async () => {
    const links: FaultyLink[] = [];
    const through = async (url: string): Promise<string> => {
      const link = await startTcpProxy(url);
      takeAway(link);
      links.push(link);
      return link.url;
    };
    const databaseUrl = await createTestDatabase();
    const { db, close } = openDatabase(databaseUrl);
    const { user, numbers } = await createHousehold(db);
    await close();
    const folder = await newFolder();
    await writeFile(join(folder, 'file'), '');
    const { service, standIns } = await runWithStandIns(async ({ environment }) => ({
      DATABASE_URL: await through(databaseUrl),
      REDIS_URL: await through(await startTestRedis()),
      TWILIO_API_URL: await through(environment['TWILIO_API_URL'] ?? ''),
      DEEPGRAM_URL: await through(environment['DEEPGRAM_URL'] ?? ''),
      OPENAI_BASE_URL: await through(environment['OPENAI_BASE_URL'] ?? ''),
      JOURNAL_DIR: join(folder, 'file', 'journal'),
    }));
    const parts = ['database', 'redis', 'journal', 'twilio', 'deepgram', 'openai'];
    const { status, checks, reasons } = await healthOf(service);
    expect({ status, server: checks['server'] }).toEqual({ status: 'degraded', server: 'ok' });
    expect(parts.filter((part) => checks[part] !== 'error')).toEqual([]);
    expect(Object.keys(reasons).sort()).toEqual([...parts].sort());
    expect((await fetch(`${service.url()}/health/ready`)).status).toBe(200);
    const call = newCall(service, standIns, user.lineNumber);
    await call.dial();
    await call.connect();
    for (const link of links) {
      link.delayMs = 0;
      link.restore();
    }
    await rm(join(folder, 'file'));
    await eventually(async () => (await healthOf(service)).status === 'healthy', 20_000);
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => standIns.twilio.messages.some(({ to }) => to === numbers[0]), 20_000);
    expect(call.resumes).toBe(0);
    await call.hangUp();
    expect(service.exitCode()).toBeNull();
  }, 60_000);
});

describe.skipIf(!existsSync('/dev/full'))('a disk without room for the log', () => {
  it('stops neither the start, nor a call and its alert, nor an orderly end', async () => {
    const port = String(await freePort());
    // Said at the start, on stderr: nothing about Redis, and an e-mail setting without effect.
    const settings = { PORT: port, SMTP_URL: 'smtp://localhost' };
    const { service, standIns } = await runWithStandIns(settings, { outputFd: openSync('/dev/full', 'w') });
    expect(await healthOf(service)).toMatchObject({
      status: 'degraded',
      checks: { log: 'error', journal: 'ok' },
      reasons: { log: 'ENOSPC' },
    });
    const call = await liveCall(service, standIns);
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => standIns.twilio.messages.length === 1);
    await call.hangUp();
    service.process.kill('SIGTERM');
    await eventually(() => service.exitCode() !== null);
    expect(service.exitCode()).toBe(0);
  });
});
