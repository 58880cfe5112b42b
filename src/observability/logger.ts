import { pino } from 'pino';
import type { LogOutput } from './log-output.ts';

export type Logger = pino.Logger;

/** Fields that hold telephone numbers, spoken words or secrets, wherever they stand in a line. */
const MASKED = [
  'from',
  'to',
  'phoneNumber',
  'lineNumber',
  'text',
  'quote',
  'message',
  'body',
  'token',
  'authorization',
];

/** JSON lines. A line has one fixed message; what varies stands in fields beside it. */
export const createLogger = (level: string, instanceId: string, output: LogOutput): Logger =>
  pino(
    {
      level,
      base: { instanceId },
      serializers: { err: whereItBroke },
      redact: { paths: MASKED.flatMap((field) => [field, `*.${field}`]), censor: '[masked]' },
    },
    output.stream,
  );

/** An error's place and code without its message, which may hold what was said, and to whom. */
export const whereItBroke = (error: unknown): object =>
  error instanceof Error
    ? {
        type: error.name,
        ...('code' in error ? { code: error.code } : {}),
        at: error.stack?.split('\n    at ').slice(1),
      }
    : { type: typeof error };
