import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertEntry, LIMITS, openJournal } from '../support/disk-journal.ts';
import { newFolder } from '../support/folder.ts';

describe('the probe of a journal', () => {
  it('writes to the disk, and leaves nothing behind', async () => {
    const { open, directory } = await openJournal();
    await open().probe();
    expect(await readdir(directory)).toEqual([]);
  });

  it('makes the directory, which may be gone or not yet there', async () => {
    const { open, directory } = await openJournal({}, join(await newFolder(), 'deep', 'down'));
    const journal = open();
    await journal.probe();
    await rm(directory, { recursive: true });
    await journal.probe();
    expect(await readdir(directory)).toEqual([]);
  });

  it('says why nothing can be written', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'file'), '');
    const { open } = await openJournal({}, join(folder, 'file'));
    await expect(open().probe()).rejects.toMatchObject({ code: 'EEXIST' });
    await expect((await openJournal({}, join(folder, 'file', 'in'))).open().probe()).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
  });

  it('tells of an alert that was not written, until one is, or for a while', async () => {
    const { open, directory, clock } = await openJournal();
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
    const { open } = await openJournal({ bytes: LIMITS.probeBytes + 1_000 });
    const journal = open();
    await journal.probe();
    await journal.append(alertEntry());
    await journal.append(alertEntry());
    await expect(journal.probe()).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    await journal.clear();
    await journal.probe();
  });
});
