import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JournalEntry } from '../../src/alerting/alert-journal.ts';
import { type ContactId, type DeliveryId, newId, type UserId } from '../../src/call/ids.ts';
import { createDiskJournal, type DiskJournal } from '../../src/journal/disk-journal.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { newFolder } from '../support/folder.ts';
import { newAlert, newCallSid, newPhoneNumber } from '../support/people.ts';

const HOUR_MS = 3_600_000;
const LIMITS = { bytes: 1 << 20, beatMs: 1_000, deadAfterMs: 5_000, probeBytes: 4_096, failureShownMs: 60_000 };

async function start(limits: Partial<typeof LIMITS> = {}, folder?: string) {
  const directory = folder ?? (await newFolder());
  const clock = createFakeClock();
  const failures: unknown[] = [];
  let torn = 0;
  const observer = {
    failed: (error: unknown) => void failures.push(error),
    torn(lines: number) {
      torn += lines;
    },
  };
  const open = (): DiskJournal => {
    const journal = createDiskJournal(directory, clock, { ...LIMITS, ...limits }, observer);
    onTestFinished(() => journal.release());
    return journal;
  };
  const onlyFile = async () => join(directory, (await readdir(directory))[0] ?? '');
  return { directory, clock, failures, torn: () => torn, open, onlyFile };
}

function alertEntry(): JournalEntry {
  const userId = newId<UserId>();
  const call = { callSid: newCallSid(), userId, from: null, to: newPhoneNumber(), startedAt: 1 };
  const contacts = [{ contactId: newId<ContactId>(), phoneNumber: newPhoneNumber() }];
  return { type: 'alert', alert: newAlert(call, { userId, name: 'Łukasz "Luke"\n', contacts }) };
}

const outcomeEntry = (): JournalEntry => ({
  type: 'outcome',
  deliveryId: newId<DeliveryId>(),
  outcome: { type: 'accepted', providerSid: 'SM1' },
});

const reportEntry = (): JournalEntry => ({
  type: 'report',
  report: {
    deliveryId: newId<DeliveryId>(),
    channel: 'sms',
    providerSid: 'SM1',
    status: 'undelivered',
    errorCode: '30003',
    isRetryable: true,
  },
});

describe('a journal', () => {
  it('gives the next process what the last one left, word for word and in order', async () => {
    const { open } = await start();
    const entries = [alertEntry(), outcomeEntry(), reportEntry(), alertEntry()];
    const [left, next] = [open(), open()];
    expect(await Promise.all(entries.map((entry) => left.append(entry)))).toEqual(entries.map(() => true));
    await left.release();
    expect(await next.adopt()).toEqual(entries);
    expect(await next.adopt()).toEqual([]);
  });

  it('gives alerts of an earlier version too, which did not say what their verdict was made of', async () => {
    const { open, onlyFile } = await start();
    const [left, next] = [open(), open()];
    await left.append(alertEntry());
    const file = await onlyFile();
    const { alert, ...entry } = JSON.parse(await readFile(file, 'utf8'));
    const { basis: _, weightsVersion: __, ...analysis } = alert.analysis;
    await writeFile(file, `${JSON.stringify({ ...entry, alert: { ...alert, analysis } })}\n`);
    await left.release();
    expect(await next.adopt()).toMatchObject([{ alert: { analysis: { weightsVersion: 'unknown', basis: null } } }]);
  });

  it('is there only while there is something in it, and is read by its owner alone', async () => {
    const { directory, open, onlyFile } = await start();
    const journal = open();
    expect(await readdir(directory)).toEqual([]);
    await journal.append(alertEntry());
    expect((await stat(await onlyFile())).mode & 0o777).toBe(0o600);
    await journal.clear();
    expect(await readdir(directory)).toEqual([]);
    expect(await journal.append(alertEntry())).toBe(true);
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('is not cleared of what came after it was told to', async () => {
    const { open } = await start();
    const [left, next] = [open(), open()];
    await left.append(alertEntry());
    await Promise.all([left.clear(), left.append(outcomeEntry())]);
    await left.release();
    expect((await next.adopt()).map(({ type }) => type)).toContain('outcome');
  });

  it('loses no more than the line that a crash tore, wherever it stands', async () => {
    const { open, onlyFile, torn } = await start();
    const [left, next] = [open(), open()];
    const entries = [alertEntry(), outcomeEntry()] as const;
    await left.append(entries[0]);
    await appendFile(await onlyFile(), '\n{"type":"alert","alert":{"alertId":"00');
    await left.append(entries[1]);
    await appendFile(await onlyFile(), '\n{"type":"outcome"}\n\n{"type":"out');
    await left.release();
    expect(await next.adopt()).toEqual(entries);
    expect(torn()).toBe(3);
  });

  it('takes no more than its limit, and goes on when it has been cleared', async () => {
    const { open, failures } = await start({ bytes: 3_000 });
    const journal = open();
    const written: boolean[] = [];
    for (let i = 0; i < 5; i++) written.push(await journal.append(alertEntry()));
    expect(written).toEqual([true, true, false, false, false]);
    expect(failures).toHaveLength(3);
    await journal.clear();
    expect(await journal.append(alertEntry())).toBe(true);
  });
});

describe('a dead process’s journal', () => {
  it('is taken over by exactly one of many', async () => {
    const { open, directory } = await start();
    const left = open();
    const entry = alertEntry();
    await left.append(entry);
    await left.release();
    const found = await Promise.all(Array.from({ length: 10 }, () => open().adopt()));
    expect(found.flat()).toEqual([entry]);
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('is known by its silence, and a live one is left alone', async () => {
    const { open, clock, onlyFile } = await start();
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
    const { open, directory, clock } = await start();
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
    const { open, clock } = await start();
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

describe('a disk', () => {
  it('that cannot be written to refuses the entry and breaks nothing', async () => {
    const { open, failures } = await start({}, '/dev/null/journal');
    const journal = open();
    expect(await journal.append(alertEntry())).toBe(false);
    expect(await journal.adopt()).toEqual([]);
    await journal.clear();
    await journal.release();
    expect(failures.length).toBeGreaterThan(0);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'that is full refuses the entry, and takes the next when it has room',
    async () => {
      const { open, onlyFile, failures, clock } = await start();
      const journal = open();
      await journal.append(alertEntry());
      const path = await onlyFile();
      // The file is gone when the journal next looks, and opened anew, on a device without room.
      await rm(path);
      clock.advance(LIMITS.beatMs);
      await journal.adopt();
      await symlink('/dev/full', path);
      expect(await journal.append(alertEntry())).toBe(false);
      expect(failures).toMatchObject([{ code: 'ENOSPC' }]);
      await rm(path);
      const entry = alertEntry();
      expect(await journal.append(entry)).toBe(true);
      await journal.release();
      expect(await open().adopt()).toEqual([entry]);
    },
  );
});

describe('the probe of a journal', () => {
  it('writes to the disk, and leaves nothing behind', async () => {
    const { open, directory } = await start();
    await open().probe();
    expect(await readdir(directory)).toEqual([]);
  });

  it('makes the directory, which may be gone or not yet there', async () => {
    const { open, directory } = await start({}, join(await newFolder(), 'deep', 'down'));
    const journal = open();
    await journal.probe();
    await rm(directory, { recursive: true });
    await journal.probe();
    expect(await readdir(directory)).toEqual([]);
  });

  it('says why nothing can be written', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'file'), '');
    const { open } = await start({}, join(folder, 'file'));
    await expect(open().probe()).rejects.toMatchObject({ code: 'EEXIST' });
    await expect((await start({}, join(folder, 'file', 'in'))).open().probe()).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
  });

  it('tells of an alert that was not written, until one is, or for a while', async () => {
    const { open, directory, clock } = await start();
    const journal = open();
    await rm(directory, { recursive: true });
    await writeFile(directory, '');
    expect(await journal.append(alertEntry())).toBe(false);
    await rm(directory);
    await expect(journal.probe()).rejects.toMatchObject({ code: 'EEXIST' });
    clock.advance(LIMITS.failureShownMs);
    await journal.probe();
    await rm(directory, { recursive: true });
    await writeFile(directory, '');
    await journal.append(alertEntry());
    await rm(directory);
    await journal.append(alertEntry());
    await journal.probe();
  });

  it('tells of a journal that has no room for more', async () => {
    const { open } = await start({ bytes: LIMITS.probeBytes + 1_000 });
    const journal = open();
    await journal.probe();
    await journal.append(alertEntry());
    await journal.append(alertEntry());
    await expect(journal.probe()).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    await journal.clear();
    await journal.probe();
  });
});
