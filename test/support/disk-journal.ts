import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { JournalEntry } from '../../src/alerting/alert-journal.ts';
import { type ContactId, newId, type UserId } from '../../src/call/ids.ts';
import { createDiskJournal, type DiskJournal } from '../../src/journal/disk-journal.ts';
import { createFakeClock } from './fake-clock.ts';
import { newFolder } from './folder.ts';
import { newAlert, newCallSid, newPhoneNumber } from './people.ts';

export const LIMITS = { bytes: 1 << 20, beatMs: 1_000, deadAfterMs: 5_000, probeBytes: 4_096, failureShownMs: 60_000 };

export async function openJournal(limits: Partial<typeof LIMITS> = {}, folder?: string) {
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

export function alertEntry(): JournalEntry {
  const userId = newId<UserId>();
  const call = { callSid: newCallSid(), userId, from: null, to: newPhoneNumber(), startedAt: 1 };
  const contacts = [{ contactId: newId<ContactId>(), phoneNumber: newPhoneNumber() }];
  return { type: 'alert', alert: newAlert(call, { userId, name: 'Łukasz "Luke"\n', contacts }) };
}
