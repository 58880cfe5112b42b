import { AS_WRITTEN } from './disturbance.ts';
import { markdownTable } from './markdown-table.ts';
import type { Report } from './report.ts';
import type { SourceFigures } from './source-figures.ts';
import { type Share, wilsonInterval } from './statistics.ts';

const percent = (value: number): string => (value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0);

/** "85 % (78–90)"; nothing of nothing. */
function tellRate(share: Share | null): string {
  const interval = share === null ? null : wilsonInterval(share);
  if (share === null || interval === null) return '';
  return `${percent(share.count / share.of)} % (${percent(interval.low)}–${percent(interval.high)})`;
}

/** "85 % (78–90) 102/120"; nothing of nothing. */
export const tellShare = (share: Share | null): string =>
  share === null || share.of === 0 ? '' : `${tellRate(share)} ${share.count}/${share.of}`;

const tellSeconds = (ms: number | null): string => (ms === null ? '' : `${(ms / 1_000).toFixed(0)} s`);
const twoOf = (a: string, b: string): string => (a === '' && b === '' ? '' : `${a || '–'} / ${b || '–'}`);

type Tell = (figures: SourceFigures) => string;

interface Column {
  readonly title: string;
  readonly tell: Tell;
}

/** What has a table of its own, with a column for each disturbance: there `of` says once what `rate` leaves out. */
interface Quantity extends Column {
  readonly of: Tell;
  readonly rate: Tell;
}

const share = (title: string, shareIn: (figures: SourceFigures) => Share | null): Quantity => ({
  title,
  tell: (figures) => tellShare(shareIn(figures)),
  of: (figures) => String(shareIn(figures)?.of ?? ''),
  rate: (figures) => tellRate(shareIn(figures)),
});
const f1 = (title: string, valueIn: (figures: SourceFigures) => number | null): Quantity => {
  const tell: Tell = (figures) => valueIn(figures)?.toFixed(2) ?? '';
  return { title, tell, of: () => '', rate: tell };
};

const ALERTED = share('scams alerted', ({ alerted }) => alerted);
const EARLY = share('alerted within 30 s', ({ alertedEarly }) => alertedEarly);
const CAMPAIGNS = share('campaigns within 30 s', ({ campaignsEarly }) => campaignsEarly);
const FALSE_ALARMS = share('false alarms in 5 min', ({ falseAlarms }) => falseAlarms);
const NEAR_DOMAIN = share('near-domain false alarms', ({ nearDomainFalseAlarms }) => nearDomainFalseAlarms);
const CHAINED = share('false alarms, chained to 5 min', ({ chainedFalseAlarms }) => chainedFalseAlarms);
const TYPE_F1 = f1('type F1', ({ typeF1 }) => typeF1);

const OF_SCAMS: readonly Column[] = [
  ALERTED,
  EARLY,
  CAMPAIGNS,
  share('before the ask', ({ beforeAsk }) => beforeAsk),
  share('by the ask', ({ byAsk }) => byAsk),
  {
    title: 'time, median / p90',
    tell: ({ alertMedianMs, alertP90Ms }) => twoOf(tellSeconds(alertMedianMs), tellSeconds(alertP90Ms)),
  },
  {
    title: 'pairs in order',
    tell: ({ pairsInOrder: { count, of } }) => (of === 0 ? '' : `${count}/${of}`),
  },
  TYPE_F1,
  f1('tactic F1', ({ tacticF1 }) => tacticF1),
];
const OF_LEGITIMATE: readonly Column[] = [FALSE_ALARMS, NEAR_DOMAIN, CHAINED];
const UNDER_DISTURBANCE: readonly Quantity[] = [ALERTED, EARLY, CAMPAIGNS, FALSE_ALARMS, NEAR_DOMAIN, CHAINED, TYPE_F1];
const SOURCE: Column = { title: 'source', tell: ({ source }) => source };

/** Everything that is measured of a source, under one disturbance. */
export const COLUMNS: readonly Column[] = [
  SOURCE,
  { title: 'disturbed', tell: ({ disturbance }) => disturbance },
  ...OF_SCAMS,
  ...OF_LEGITIMATE,
];

/** Tables in Markdown: of scams and of legitimate calls as written, then of each quantity under each disturbance. */
export const tellReport = (report: Report): string =>
  [
    `Policy ${report.policyVersion}, alert at ${report.threshold} points, sensitivity ${report.sensitivity}. Local finder alone. In brackets: Wilson intervals at 95 %.`,
    tellComparison(report, report),
    tellAlarms(report.figures),
  ].join('\n\n');

/** How many alarms there are, not how often there is one: how many calls a source has says nothing of calls in general. */
function tellAlarms(figures: readonly SourceFigures[]): string {
  const counts = [...new Set(figures.map(({ disturbance }) => disturbance))].map((name) => {
    const all = figures.filter(({ disturbance }) => disturbance === name).map(({ falseAlarms }) => falseAlarms);
    return { name, count: sumOf(all.map(({ count }) => count)), of: sumOf(all.map(({ of }) => of)) };
  });
  return `Legitimate calls of all sources that alarm in 5 min, of ${counts[0]?.of ?? 0}: ${counts.map(({ name, count }) => `${name} ${count}`).join('; ')}.`;
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

/** The figures of one source under one disturbance, measured twice. */
type Pair = readonly [SourceFigures, SourceFigures];

/** The same tables of two measurements of the same calls: where they differ, a cell holds the one and the other. */
export function tellComparison({ figures }: Report, other: Report): string {
  const pairs = figures.map((each, at): Pair => [each, other.figures[at] ?? each]);
  const asWritten = pairs.filter(([{ disturbance }]) => disturbance === AS_WRITTEN);
  const scams = asWritten.filter(([{ alerted }]) => alerted.of > 0);
  const legitimate = asWritten.filter(([{ falseAlarms }]) => falseAlarms.of > 0);
  return [
    tableOf([SOURCE, ...OF_SCAMS], scams),
    tableOf([SOURCE, ...OF_LEGITIMATE], legitimate),
    ...UNDER_DISTURBANCE.map((quantity) => disturbanceTableOf(quantity, pairs)),
  ]
    .filter((table) => table !== '')
    .join('\n\n');
}

const tellPair = ([each, other]: Pair, tell: Tell): string =>
  tell(each) === tell(other) ? tell(each) : `${tell(each)} → ${tell(other)}`;

const tableOf = (columns: readonly Column[], pairs: readonly Pair[]): string =>
  filledTable([
    columns.map(({ title }) => title),
    ...pairs.map((pair) => columns.map(({ tell }) => tellPair(pair, tell))),
  ]);

/** Of the sources that hold something to measure the quantity by. */
function disturbanceTableOf({ title, of, rate }: Quantity, pairs: readonly Pair[]): string {
  const firsts = pairs.filter(([{ disturbance }]) => disturbance === AS_WRITTEN);
  const rows = firsts.map(([first]) => [
    first.source,
    of(first),
    ...pairs.filter(([{ source }]) => source === first.source).map((pair) => tellPair(pair, rate)),
  ]);
  return filledTable([
    [title, 'of', ...new Set(pairs.map(([{ disturbance }]) => disturbance))],
    ...rows.filter(([, , ...rates]) => rates.some((cell) => cell !== '')),
  ]);
}

/** Without the columns that are empty throughout. */
function filledTable([head = [], ...body]: ReadonlyArray<readonly string[]>): string {
  if (body.length === 0) return '';
  const filled = head.map((_, at) => body.some((row) => row[at] !== ''));
  return markdownTable([head, ...body].map((row) => row.filter((_, at) => filled[at])));
}
