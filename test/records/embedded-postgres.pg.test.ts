import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder } from '../support/folder.ts';

const MODULE = resolve(import.meta.dirname, '../../src/records/embedded-postgres.ts');

it('leaves a process the exit code that it has chosen', async () => {
  const options = { directory: await newFolder(), isPersistent: false, isDurable: false };
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(MODULE)});
    const { stop } = await startEmbeddedPostgres(${JSON.stringify(options)});
    await stop();
    process.exitCode = 3;`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program]);
  const [code] = await once(child, 'exit');
  expect(code).toBe(3);
});
