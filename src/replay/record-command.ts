import { ConfigError, readDatabaseUrl, readPolicy } from '../config.ts';
import { type Database, databaseProblem, openDatabase } from '../records/database.ts';
import { UnusableFile } from '../scoring/policy-file.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';

/** The command cannot do what it is asked for: the message says why. */
export class CommandError extends Error {}

export interface CommandContext {
  readonly db: Database;
  /** In force here. */
  readonly policy: RiskPolicy;
}

/** Runs a command on the record of calls. What is wrong outside of it is said in a sentence, and the exit code is 1. */
export async function runOnRecord(command: (context: CommandContext) => Promise<void>): Promise<void> {
  try {
    const policy = readPolicy();
    const connection = openDatabase(readDatabaseUrl());
    try {
      await command({ db: connection.db, policy });
    } finally {
      await connection.close();
    }
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    process.stderr.write(`${problem}\n`);
    process.exitCode = 1;
  }
}

function problemOf(error: unknown): string | null {
  const isExpected = error instanceof CommandError || error instanceof ConfigError || error instanceof UnusableFile;
  if (isExpected) return error.message;
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return error.message;
  return databaseProblem(error);
}
