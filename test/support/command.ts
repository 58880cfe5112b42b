import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** A command of the project as a process of its own, with these settings alone. */
export async function runCommand(file: string, parameters: readonly string[], environment: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...parameters], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment },
  });
  let [output, problems] = ['', ''];
  child.stdout.on('data', (text) => {
    output += String(text);
  });
  child.stderr.on('data', (text) => {
    problems += String(text);
  });
  const code = await new Promise((exited) => child.on('close', exited));
  return { code, output, problems };
}
