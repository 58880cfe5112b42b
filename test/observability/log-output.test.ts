import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/call/clock.ts';
import { openLogOutput } from '../../src/observability/log-output.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { newFolder } from '../support/folder.ts';

/** A log on an open file. */
function logTo(path: string, flags: string | number) {
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  let lost = 0;
  const heldMs: number[] = [];
  const observer = { lost: () => (lost += 1), held: (ms: number) => heldMs.push(ms) };
  const output = openLogOutput(systemClock, observer, fd);
  return { fd, output, lost: () => lost, heldMs, logger: createLogger('info', 'test', output) };
}

const LONG = 'x'.repeat(1_000);

describe.skipIf(!existsSync('/dev/full'))('a log on a full disk', () => {
  it('throws nothing, says so, and keeps no more than a mebibyte', async () => {
    const { logger, output, lost } = logTo('/dev/full', 'w');
    for (let i = 0; i < 1_500; i++) logger.info({ i, filling: LONG }, 'a line');
    await expect(output.probe()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(lost()).toBeGreaterThan(300);
    expect(lost()).toBeLessThan(800);
  });
});

describe.skipIf(process.platform !== 'linux')('a log in a pipe that nobody reads', () => {
  it('stops nobody, and goes on with what it kept when somebody reads', async () => {
    const path = join(await newFolder(), 'pipe');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const { fd, logger, output, lost, heldMs } = logTo(path, constants.O_RDWR | constants.O_NONBLOCK);
    const startedAtMs = performance.now();
    for (let i = 0; i < 200; i++) logger.info({ i, filling: LONG }, 'a line');
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    await expect(output.probe()).rejects.toMatchObject({ code: 'EAGAIN' });
    let text = readAll(fd);
    // Whatever is logged next takes along as much as the pipe holds.
    for (let i = 200; i < 205; i++) {
      logger.info({ i }, 'a line');
      text += readAll(fd);
    }
    await output.probe();
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { i: number }).i)).toEqual(
      Array.from({ length: 205 }, (_, i) => i),
    );
    expect(lost()).toBe(0);
    expect(heldMs).toHaveLength(205);
  });
});

/** What stands in a pipe at present: it holds 64 KiB. */
function readAll(fd: number): string {
  const buffer = Buffer.alloc(1 << 16);
  let text = '';
  for (;;) {
    try {
      text += buffer.toString('utf8', 0, readSync(fd, buffer));
    } catch {
      return text;
    }
  }
}
