import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

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
  const given = columns.filter(([key]) => key in (rows[0] ?? {}));
  const types = given.map(([key, column]) => sql`${sql.identifier(key)} ${sql.raw(column.getSQLType())}`);
  const values = columns.map(([key, column]) => {
    if (key in computed) return computed[key as keyof typeof computed];
    return given.some(([name]) => name === key) ? sql.identifier(key) : (column.default ?? sql`null`);
  });
  return sql`select ${sql.join(values, sql`, `)} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as rows(${sql.join(types, sql`, `)})`;
}
