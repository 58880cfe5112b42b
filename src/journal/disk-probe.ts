import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Rejects when nothing of `bytes` can be written to a directory so that it lasts: the disk is full, read-only, or not
 * ours. The file has no name any more when it is written, so that a crash leaves nothing behind.
 */
export async function tryDisk(directory: string, bytes: number): Promise<void> {
  const path = join(directory, `${randomUUID()}.probe`);
  const file = await open(path, 'wx', 0o600);
  try {
    await rm(path);
    await file.writeFile(Buffer.alloc(bytes, '.'));
    await file.datasync();
  } finally {
    await file.close();
  }
}
