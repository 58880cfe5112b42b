/**
 * `handleSummary` of every script: a short table of all that a threshold holds to, by way of the log; it returns nothing, so
 * that k6 prints its own summary behind it.
 */
export function handleSummary({ metrics }) {
  const sorted = Object.entries(metrics).sort(([a], [b]) => a.localeCompare(b));
  const rows = sorted.flatMap(([name, { type, values, thresholds = {} }]) =>
    Object.entries(thresholds).map(([bound, { ok }]) => [
      name,
      figuresOf(type, values),
      bound,
      ok ? 'held' : 'NOT HELD',
    ]),
  );
  const table = [['metric', 'measured', 'bound', ''], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
}

function figuresOf(type, values) {
  if (type === 'trend') return `median ${round(values.med)}, p95 ${round(values['p(95)'])}, most ${round(values.max)}`;
  if (type === 'rate') return `${(values.rate * 100).toFixed(2)} %`;
  return String(round(type === 'counter' ? values.count : values.value));
}

const round = (value) => Math.round(value * 10) / 10;
