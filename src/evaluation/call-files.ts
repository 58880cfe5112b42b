import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ZodError } from 'zod';
import { tellIssues } from '../scoring/policy-file.ts';
import type { LabelledCall } from './labelled-call.ts';
import { parseLabelledCall } from './labelled-call-message.ts';

/** Where `--data` is looked for when it is not given. */
export const DATA = resolve(import.meta.dirname, '../../../shared/data/detection');

/** What stands in a file or folder is not what was expected there: the message says where and what. */
export class UnreadableCalls extends Error {}

/** The labelled calls of a `.jsonl` file, or of all such files in a folder. */
export function readLabelledCalls(path: string): LabelledCall[] {
  const files = filesIn(path);
  const calls = files.flatMap(readFile);
  if (calls.length === 0) throw new UnreadableCalls(`no calls in ${path}`);
  const seen = new Set<string>();
  for (const { source, id } of calls) {
    if (seen.has(`${source} ${id}`)) throw new UnreadableCalls(`${source}.jsonl: two calls have the id ${id}`);
    seen.add(`${source} ${id}`);
  }
  return calls;
}

function filesIn(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UnreadableCalls(`there is no ${path}`);
  if (!found.isDirectory()) return [path];
  const names = readdirSync(path)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  if (names.length === 0) throw new UnreadableCalls(`no .jsonl files in ${path}`);
  return names.map((name) => join(path, name));
}

function readFile(file: string): LabelledCall[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      try {
        return [parseLabelledCall(line, basename(file, '.jsonl'))];
      } catch (error) {
        throw new UnreadableCalls(`${file}:${index + 1}: ${problemOf(error)}`);
      }
    });
}

function problemOf(error: unknown): string {
  if (error instanceof ZodError) return tellIssues(error);
  return error instanceof Error ? error.message : String(error);
}
