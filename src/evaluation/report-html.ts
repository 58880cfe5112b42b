import { AS_WRITTEN } from './disturbance.ts';
import type { Report, SourceCurves } from './report.ts';
import { COLUMNS } from './report-text.ts';

/** The report as one page that needs nothing else: figures and names of sources, nothing that was said. The same for the same report. */
export function drawReport(report: Report): string {
  const scams = report.curves.filter(({ isScam }) => isScam);
  const charts = [
    drawChart(
      'Share of calls at or above a score (scams within 30 s, legitimate calls within five minutes)',
      { title: 'score', tell: (at) => `${at * 100}` },
      'share',
      overThresholds(report.curves),
      report.threshold / 100,
    ),
    drawChart(
      'Scams found within 30 s against false alarms in five minutes (mean of the sources)',
      { title: 'false alarms', tell: tellPercent },
      'found',
      recallCurves(report.curves),
    ),
    drawChart(
      'Time to alert',
      { title: 'time', tell: (at) => `${(at * LONGEST_MS) / 1_000} s` },
      'share of scams',
      scams.map(timeCurve),
    ),
  ];
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Detection, measured</title>
<style>
body{font:15px/1.5 system-ui,sans-serif;max-width:1200px;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}
table{border-collapse:collapse;font-size:12px;width:100%}td,th{border-bottom:1px solid #d8dee6;padding:.25rem .5rem;text-align:left;vertical-align:top}
figure{margin:1.5rem 0}svg{max-width:100%;height:auto}tr.plain td{font-weight:600}
</style>
<h1>Detection, measured</h1>
<p>Policy ${escapeHtml(report.policyVersion)}, alert at ${report.threshold} points, sensitivity ${report.sensitivity}, the local finder alone. Intervals are Wilson’s, at 95 %. What the columns mean, and which of them flatter, stands in <code>src/scoring/README.md</code>.</p>
${charts.join('\n')}
${drawTable(report)}
</html>
`;
}

interface Line {
  readonly name: string;
  readonly isDashed: boolean;
  /** Both from 0 to 1. */
  readonly points: ReadonlyArray<readonly [number, number]>;
}

const THRESHOLDS = Array.from({ length: 101 }, (_, threshold) => threshold);
const LONGEST_MS = 300_000;

const shareFrom = (scores: readonly number[], threshold: number): number =>
  scores.filter((score) => score >= threshold).length / scores.length;

const overThresholds = (curves: readonly SourceCurves[]): Line[] =>
  curves.map(({ source, isScam, scores }) => ({
    name: isScam ? source : `${source}, legitimate`,
    isDashed: !isScam,
    points: THRESHOLDS.map((threshold) => [threshold / 100, shareFrom(scores, threshold)]),
  }));

function recallCurves(curves: readonly SourceCurves[]): Line[] {
  const legit = curves.filter(({ isScam }) => !isScam);
  if (legit.length === 0) return [];
  const falseAlarms = (threshold: number): number =>
    legit.reduce((sum, { scores }) => sum + shareFrom(scores, threshold), 0) / legit.length;
  return curves
    .filter(({ isScam }) => isScam)
    .map(({ source, scores }) => ({
      name: source,
      isDashed: false,
      points: THRESHOLDS.map((threshold) => [falseAlarms(threshold), shareFrom(scores, threshold)]),
    }));
}

function timeCurve({ source, alertsAtMs }: SourceCurves): Line {
  const times = alertsAtMs.filter((atMs) => atMs !== null).sort((a, b) => a - b);
  const points = times.map((atMs, at) => [Math.min(1, atMs / LONGEST_MS), (at + 1) / alertsAtMs.length] as const);
  return { name: source, isDashed: false, points: [[0, 0], ...points, [1, times.length / alertsAtMs.length]] };
}

const COLOURS = ['#1f5fbf', '#c2410c', '#15803d', '#7e22ce', '#b91c1c', '#0e7490', '#a16207', '#4d4d4d'];
const PLOT = { left: 50, top: 10, width: 620, height: 300 };

interface Axis {
  readonly title: string;
  /** What stands at a place, from 0 to 1. */
  readonly tell: (at: number) => string;
}

const tellPercent: Axis['tell'] = (at) => `${at * 100} %`;

function drawChart(title: string, across: Axis, up: string, lines: readonly Line[], mark?: number): string {
  const x = (value: number): string => (PLOT.left + value * PLOT.width).toFixed(1);
  const y = (value: number): string => (PLOT.top + (1 - value) * PLOT.height).toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (at) =>
      `<path d="M${x(0)} ${y(at)}H${x(1)}M${x(at)} ${y(0)}V${y(1)}" stroke="#e3e8ee"/><text x="${PLOT.left - 8}" y="${y(at)}" text-anchor="end">${tellPercent(at)}</text><text x="${x(at)}" y="${PLOT.top + PLOT.height + 16}" text-anchor="middle">${across.tell(at)}</text>`,
  );
  const drawn = lines.map(({ name, isDashed, points }, at) => {
    const colour = COLOURS[at % COLOURS.length];
    const path = points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
    const dash = isDashed ? ' stroke-dasharray="5 4"' : '';
    const legend = `<path d="M690 ${24 + at * 18}h24" stroke="${colour}" stroke-width="2"${dash}/><text x="720" y="${28 + at * 18}">${escapeHtml(name)}</text>`;
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>${legend}`;
  });
  const threshold =
    mark === undefined ? '' : `<path d="M${x(mark)} ${y(0)}V${y(1)}" stroke="#111" stroke-dasharray="2 3"/>`;
  return `<figure><figcaption><b>${escapeHtml(title)}</b>; across: ${across.title}, up: ${up}</figcaption><svg viewBox="0 0 960 350" font-size="11" role="img"><title>${escapeHtml(title)}</title>${grid.join('')}${threshold}${drawn.join('')}</svg></figure>`;
}

function drawTable({ figures }: Report): string {
  const columns = COLUMNS.filter(({ tell }) => figures.some((each) => tell(each) !== ''));
  const head = columns.map(({ title }) => `<th>${escapeHtml(title)}</th>`).join('');
  const rows = figures.map((each) => {
    const cells = columns.map(({ tell }) => `<td>${escapeHtml(tell(each))}</td>`).join('');
    return `<tr${each.disturbance === AS_WRITTEN ? ' class="plain"' : ''}>${cells}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
