import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { AlertJournal, JournalEntry } from '../alerting/alert-journal.ts';
import type { Clock } from '../call/clock.ts';
import { tryDisk } from './disk-probe.ts';
import { readEntries, writeEntry } from './journal-message.ts';
import { LONG_LEFT_MS, watchSilence } from './silent-files.ts';

export interface DiskJournal extends AlertJournal {
  /** Rejects when an alert could not be written now, or one was not within the last `failureShownMs`. */
  probe(): Promise<void>;
}

export interface DiskJournalLimits {
  /** What one process may have on disk; beyond it entries are refused. */
  readonly bytes: number;
  /** How often a process shows that its files are still its own, by their time of change. */
  readonly beatMs: number;
  /** A file that nobody has touched while we watched it for so long belongs to nobody. */
  readonly deadAfterMs: number;
  /** The room that a probe asks for: some alerts' worth. */
  readonly probeBytes: number;
  /** How long a failure is told of that nothing has made good since. */
  readonly failureShownMs: number;
}

export interface DiskJournalObserver {
  /** Something could not be written, read or removed. */
  failed(error: unknown): void;
  /** Lines that a crash left half-written. */
  torn(lines: number): void;
}

const SUFFIX = '.journal';
/** Names and telephone numbers stand in it. */
const OWNER_ONLY = { directory: 0o700, file: 0o600 };

/**
 * The journal as a file for each process, with one JSON object a line, in a `directory` that is made when it is needed and
 * that several processes may share. The file is there only while there is something in it. Entries that come together
 * are written and synced together.
 */
export function createDiskJournal(
  directory: string,
  clock: Clock,
  limits: DiskJournalLimits,
  observer: DiskJournalObserver,
): DiskJournal {
  const ownPath = join(directory, `${randomUUID()}${SUFFIX}`);
  /** Files of dead processes, now ours. */
  const adopted = new Set<string>();
  const silent = watchSilence(clock, limits.deadAfterMs);
  let file: FileHandle | null = null;
  /** Of our own file; 0: there is none. */
  let bytes = 0;
  /** Why the last write failed; null when it did not. */
  let failure: { readonly error: unknown; readonly atMs: number } | null = null;
  let waiting: Array<{ readonly line: string; readonly done: (isWritten: boolean) => void }> = [];
  let last: Promise<unknown> = Promise.resolve();
  const stopBeating = clock.every(limits.beatMs, () => void oneAtATime(() => touch(clock.wallMs())));

  function oneAtATime<Result>(task: () => Promise<Result>): Promise<Result> {
    const next = last.then(task);
    last = next.catch(() => undefined);
    return next;
  }

  async function writeWaiting(): Promise<void> {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const isWritten = await write(batch.map(({ line }) => line).join(''));
    for (const { done } of batch) done(isWritten);
  }

  async function write(text: string): Promise<boolean> {
    try {
      if (bytes + Buffer.byteLength(text) > limits.bytes) throw new JournalFull();
      file ??= await openOwn();
      bytes += Buffer.byteLength(text);
      await file.appendFile(text);
      await file.datasync();
      failure = null;
      return true;
    } catch (error) {
      failure = { error, atMs: clock.monotonicMs() };
      observer.failed(error);
      await closeOwn();
      return false;
    }
  }

  const makeDirectory = () => mkdir(directory, { recursive: true, mode: OWNER_ONLY.directory });

  async function openOwn(): Promise<FileHandle> {
    await makeDirectory();
    const opened = await open(ownPath, 'a', OWNER_ONLY.file);
    // The file's name must survive as well.
    const folder = await open(directory);
    await folder.sync().finally(() => folder.close());
    return opened;
  }

  async function closeOwn(): Promise<void> {
    await file?.close().catch(observer.failed);
    file = null;
  }

  async function touch(atMs: number): Promise<void> {
    if (bytes > 0 && !(await setTime(ownPath, atMs))) {
      await closeOwn();
      bytes = 0;
    }
    for (const path of adopted) if (!(await setTime(path, atMs))) adopted.delete(path);
  }

  /** False when the file is gone: somebody took us for dead. */
  async function setTime(path: string, atMs: number): Promise<boolean> {
    try {
      await utimes(path, atMs / 1_000, atMs / 1_000);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      observer.failed(error);
      return true;
    }
  }

  /** Null when it is alive, or another was faster: the rename succeeds for one alone. */
  async function takeOver(path: string): Promise<string | null> {
    try {
      if (!silent.isLeft(path, (await stat(path)).mtimeMs)) return null;
      // It must not look dead under its new name either.
      await utimes(path, clock.wallMs() / 1_000, clock.wallMs() / 1_000);
      const ours = join(directory, `${randomUUID()}${SUFFIX}`);
      await rename(path, ours);
      return ours;
    } catch (error) {
      if (!isMissing(error)) observer.failed(error);
      return null;
    }
  }

  async function journals(): Promise<string[]> {
    const names = await readdir(directory).catch((error: unknown) => {
      if (!isMissing(error)) observer.failed(error);
      return [];
    });
    return names.filter((name) => name.endsWith(SUFFIX)).map((name) => join(directory, name));
  }

  async function adopt(): Promise<JournalEntry[]> {
    const found: JournalEntry[] = [];
    const paths = await journals();
    silent.retain(paths);
    for (const path of paths) {
      if (path === ownPath || adopted.has(path)) continue;
      const ours = await takeOver(path);
      if (ours === null) continue;
      try {
        const { entries, torn } = readEntries(await readFile(ours, 'utf8'));
        adopted.add(ours);
        found.push(...entries);
        if (torn > 0) observer.torn(torn);
      } catch (error) {
        observer.failed(error);
      }
    }
    return found;
  }

  async function clear(): Promise<void> {
    // What is waiting now is not in the ledger yet.
    if (waiting.length > 0) return;
    const paths = [...adopted, ...(bytes > 0 ? [ownPath] : [])];
    await closeOwn();
    for (const path of paths) await rm(path, { force: true }).catch(observer.failed);
    adopted.clear();
    bytes = 0;
  }

  return {
    append: (entry) =>
      new Promise((done) => {
        waiting.push({ line: writeEntry(entry), done });
        void oneAtATime(writeWaiting);
      }),
    adopt: () => oneAtATime(adopt),
    clear: () => oneAtATime(clear),
    async probe() {
      if (failure !== null && clock.monotonicMs() - failure.atMs < limits.failureShownMs) throw failure.error;
      if (bytes + limits.probeBytes > limits.bytes) throw new JournalFull();
      await makeDirectory();
      await tryDisk(directory, limits.probeBytes);
    },
    release: () =>
      oneAtATime(async () => {
        stopBeating();
        await touch(LONG_LEFT_MS);
        await closeOwn();
      }),
  };
}

/** As much stands in it as may. */
class JournalFull extends Error {
  readonly code = 'JOURNAL_FULL';
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
