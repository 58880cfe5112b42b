import type { Report } from './report.ts';
import type { SourceFigures } from './source-figures.ts';
import { type Share, wilsonInterval } from './statistics.ts';

const percent = (value: number): string => (value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0);

/** "85 % (78–90) of 120"; nothing of nothing. */
export function tellShare(share: Share | null): string {
  const interval = share === null ? null : wilsonInterval(share);
  if (share === null || interval === null) return '';
  return `${percent(share.count / share.of)} % (${percent(interval.low)}–${percent(interval.high)}) ${share.count}/${share.of}`;
}

const tellSeconds = (ms: number | null): string => (ms === null ? '' : `${(ms / 1_000).toFixed(0)} s`);
const tellF1 = (value: number | null): string => (value === null ? '' : value.toFixed(2));
const twoOf = (a: string, b: string): string => (a === '' && b === '' ? '' : `${a || '–'} / ${b || '–'}`);

/** The columns of every table; a column that is empty throughout is left out. */
export const COLUMNS: ReadonlyArray<readonly [string, (figures: SourceFigures) => string]> = [
  ['source', ({ source }) => source],
  ['disturbed', ({ disturbance }) => disturbance],
  ['scams alerted', ({ alerted }) => tellShare(alerted)],
  ['within 30 s', ({ alertedEarly }) => tellShare(alertedEarly)],
  ['campaigns within 30 s', ({ campaignsEarly }) => tellShare(campaignsEarly)],
  ['before the ask', ({ beforeAsk }) => tellShare(beforeAsk)],
  ['by the ask', ({ byAsk }) => tellShare(byAsk)],
  ['time, median / p90', (figures) => twoOf(tellSeconds(figures.alertMedianMs), tellSeconds(figures.alertP90Ms))],
  ['false alarms in 5 min', ({ falseAlarms }) => tellShare(falseAlarms)],
  ['near-domain false alarms', ({ nearDomainFalseAlarms }) => tellShare(nearDomainFalseAlarms)],
  ['pairs in order', ({ pairsInOrder }) => (pairsInOrder.of === 0 ? '' : `${pairsInOrder.count}/${pairsInOrder.of}`)],
  ['type F1', ({ typeF1 }) => tellF1(typeF1)],
  ['tactic F1', ({ tacticF1 }) => tellF1(tacticF1)],
];

/** Two tables in Markdown, of scams and of legitimate calls: as written first, then under each disturbance. */
export const tellReport = (report: Report): string =>
  [
    `Policy ${report.policyVersion}, alert at ${report.threshold} points, sensitivity ${report.sensitivity}. Local finder alone. In brackets: Wilson intervals at 95 %.`,
    tellComparison(report, report),
  ].join('\n\n');

/** The same tables of two measurements of the same calls: where they differ, a cell holds the one and the other. */
export function tellComparison({ figures }: Report, other: Report): string {
  const pairs = figures.map((each, at) => [each, other.figures[at] ?? each] as const);
  const scams = pairs.filter(([{ alerted }]) => alerted.of > 0);
  const legit = pairs.filter(([{ falseAlarms }]) => falseAlarms.of > 0);
  return [tableOf(scams, /false alarms/), tableOf(legit, /scams|30 s|ask|time|type|tactic/)].join('\n\n');
}

function tableOf(pairs: ReadonlyArray<readonly [SourceFigures, SourceFigures]>, leftOut: RegExp): string {
  const columns = COLUMNS.filter(
    ([title, tell]) => !leftOut.test(title) && pairs.some((pair) => pair.some((each) => tell(each) !== '')),
  );
  const cellsOf = ([each, other]: readonly [SourceFigures, SourceFigures]): string[] =>
    columns.map(([, tell]) => (tell(each) === tell(other) ? tell(each) : `${tell(each)} → ${tell(other)}`));
  const rows = [columns.map(([title]) => title), ...pairs.map(cellsOf)];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows.map(line);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}
