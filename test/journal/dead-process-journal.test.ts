import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JournalEntry } from '../../src/alerting/alert-journal.ts';
import { createDiskJournal } from '../../src/journal/disk-journal.ts';
import { alertEntry, LIMITS, openJournal } from '../support/disk-journal.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const HOUR_MS = 3_600_000;

describe('a dead process’s journal', () => {
  it('is taken over by exactly one of many', async () => {
    const { open, directory } = await openJournal();
    const left = open();
    const entry = alertEntry();
    await left.append(entry);
    await left.release();
    const found = await Promise.all(Array.from({ length: 10 }, () => open().adopt()));
    expect(found.flat()).toEqual([entry]);
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('is known by its silence, and a live one is left alone', async () => {
    const { open, clock, onlyFile } = await openJournal();
    const [live, other] = [open(), open()];
    const entry = alertEntry();
    await live.append(entry);
    const path = await onlyFile();
    const nowS = clock.wallMs() / 1_000;
    await utimes(path, nowS, nowS);
    for (let beats = 0; beats < 10; beats++) {
      clock.advance(LIMITS.beatMs);
      // Whatever is asked of a journal comes after its beat.
      await live.adopt();
      expect(await other.adopt()).toEqual([]);
    }
    // The same file, of a process that is no more.
    await writeFile(path.replace('.journal', '-dead.journal'), await readFile(path));
    expect(await other.adopt()).toEqual([]);
    for (let silentMs = 0; silentMs < LIMITS.deadAfterMs; silentMs += LIMITS.beatMs) {
      clock.advance(LIMITS.beatMs);
      await live.adopt();
    }
    expect(await other.adopt()).toEqual([entry]);
  });

  it.each([
    ['an hour ahead', HOUR_MS],
    ['an hour behind', -HOUR_MS],
  ])('is told from a live one by a process whose clock is %s, and when the clock jumps', async (_how, wrongMs) => {
    const { open, directory, clock } = await openJournal();
    const theirs = createFakeClock();
    theirs.jump(wrongMs);
    const failures: unknown[] = [];
    const other = createDiskJournal(directory, theirs, LIMITS, {
      failed: (error) => failures.push(error),
      torn: String,
    });
    onTestFinished(() => other.release());
    const live = open();
    const entry = alertEntry();
    await live.append(entry);
    const watch = async (beats: number, isAlive: boolean): Promise<JournalEntry[]> => {
      const found: JournalEntry[] = [];
      for (let beat = 0; beat < beats; beat++) {
        if (isAlive) clock.advance(LIMITS.beatMs);
        await live.adopt();
        theirs.advance(LIMITS.beatMs);
        found.push(...(await other.adopt()));
      }
      return found;
    };
    expect(await watch(10, true)).toEqual([]);
    clock.jump(-wrongMs);
    expect(await watch(10, true)).toEqual([]);
    expect(await watch(10, false)).toEqual([entry]);
    expect(failures).toEqual([]);
  });

  it('passes on when the one who took it over dies before clearing it', async () => {
    const { open, clock } = await openJournal();
    const [first, second, third] = [open(), open(), open()];
    const entry = alertEntry();
    await first.append(entry);
    await first.release();
    expect(await second.adopt()).toEqual([entry]);
    expect(await third.adopt()).toEqual([]);
    await second.release();
    expect(await third.adopt()).toEqual([entry]);
    await third.clear();
    clock.advance(60_000);
    expect(await open().adopt()).toEqual([]);
  });
});
