/** The rule below the head is that long in any column. */
const NARROWEST = 3;

/** A table in Markdown, as Biome formats it: rows of the same length, the first is its head. */
export function markdownTable(rows: ReadonlyArray<readonly string[]>): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, at) => Math.max(NARROWEST, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
