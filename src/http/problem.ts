import type { z } from 'zod';

/** An answer of `application/problem+json` (RFC 9457). Thrown by handlers, written by the server's error handler. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly fields: readonly FieldProblem[];

  constructor(status: number, detail: string, fields: readonly FieldProblem[] = []) {
    super(detail);
    this.status = status;
    this.fields = fields;
  }
}

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** What the schema makes of a value from outside, or a 400 that names every wrong field. */
export function parseInput<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.') || 'body', message }));
  throw new HttpProblem(400, fields.map(({ field, message }) => `${field}: ${message}`).join('; '), fields);
}
