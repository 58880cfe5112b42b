import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';

/**
 * Rows for `insert(table).select(…)`, as one parameter: values that are parameters of their own cost more to send than all
 * else about a row. The columns are those of the first row; `computed` are others, and may name those; what neither has is
 * left to its default.
 */
export function rowsAsJson<Table extends PgTable, Row extends Partial<Table['$inferInsert']>>(
  table: Table,
  rows: readonly Row[],
  computed: { readonly [Column in keyof Table['$inferInsert']]?: SQL } = {},
): SQL {
  const columns = Object.entries(getTableColumns(table));
  const given = new Set(Object.keys(rows[0] ?? {}));
  const types: SQL[] = [];
  const values = columns.map(([key, column]) => {
    if (given.has(key)) types.push(sql`${sql.identifier(key)} ${sql.raw(column.getSQLType())}`);
    const own = given.has(key) ? sql.identifier(key) : (column.default ?? sql`null`);
    return computed[key as keyof typeof computed] ?? own;
  });
  return sql`select ${sql.join(values, sql`, `)} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as rows(${sql.join(types, sql`, `)})`;
}

/** `inArray`, with all of the texts as one parameter: a process asks for all its calls. */
export const isOneOf = (column: PgColumn, texts: readonly string[]): SQL =>
  sql`${column} = any(array(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb)))`;
