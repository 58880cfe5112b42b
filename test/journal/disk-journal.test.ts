import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/alerting/alert-journal.ts';
import { type DeliveryId, newId } from '../../src/call/ids.ts';
import { alertEntry, LIMITS, openJournal } from '../support/disk-journal.ts';

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
    const { open } = await openJournal();
    const entries = [alertEntry(), outcomeEntry(), reportEntry(), alertEntry()];
    const [left, next] = [open(), open()];
    expect(await Promise.all(entries.map((entry) => left.append(entry)))).toEqual(entries.map(() => true));
    await left.release();
    expect(await next.adopt()).toEqual(entries);
    expect(await next.adopt()).toEqual([]);
  });

  it('gives alerts of an earlier version too, which did not say what their verdict was made of', async () => {
    const { open, onlyFile } = await openJournal();
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
    const { directory, open, onlyFile } = await openJournal();
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
    const { open } = await openJournal();
    const [left, next] = [open(), open()];
    await left.append(alertEntry());
    await Promise.all([left.clear(), left.append(outcomeEntry())]);
    await left.release();
    expect((await next.adopt()).map(({ type }) => type)).toContain('outcome');
  });

  it('loses no more than the line that a crash tore, wherever it stands', async () => {
    const { open, onlyFile, torn } = await openJournal();
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
    const { open, failures } = await openJournal({ bytes: 3_000 });
    const journal = open();
    const written: boolean[] = [];
    for (let i = 0; i < 5; i++) written.push(await journal.append(alertEntry()));
    expect(written).toEqual([true, true, false, false, false]);
    expect(failures).toHaveLength(3);
    await journal.clear();
    expect(await journal.append(alertEntry())).toBe(true);
  });
});

describe('a disk', () => {
  it('that cannot be written to refuses the entry and breaks nothing', async () => {
    const { open, failures } = await openJournal({}, '/dev/null/journal');
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
      const { open, onlyFile, failures, clock } = await openJournal();
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
