import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/evaluation/report.ts';
import { tellComparison, tellReport } from '../../src/evaluation/report-text.ts';
import type { SourceFigures } from '../../src/evaluation/source-figures.ts';

const NONE = { count: 0, of: 0 };
const figuresOf = (source: string, disturbance: string, more: Partial<SourceFigures>): SourceFigures => ({
  source,
  disturbance,
  alerted: NONE,
  alertedEarly: NONE,
  campaignsEarly: null,
  beforeAsk: null,
  byAsk: null,
  alertMedianMs: null,
  alertP90Ms: null,
  falseAlarms: NONE,
  nearDomainFalseAlarms: NONE,
  chainedFalseAlarms: NONE,
  pairsInOrder: NONE,
  typeF1: null,
  tacticF1: null,
  ...more,
});
const reportOf = (...figures: SourceFigures[]): Report => ({
  policyVersion: 'one',
  threshold: 60,
  sensitivity: 'normal',
  figures,
  curves: [],
});
const REPORT = reportOf(
  figuresOf('scams', 'as written', { alerted: { count: 9, of: 10 }, alertMedianMs: 12_000, typeF1: 0.9 }),
  figuresOf('honest', 'as written', { falseAlarms: { count: 0, of: 20 } }),
  figuresOf('scams', 'bare', { alerted: { count: 8, of: 10 }, alertMedianMs: 14_000, typeF1: 0.8 }),
  figuresOf('honest', 'bare', { falseAlarms: { count: 1, of: 20 } }),
);

describe('the tables of a report', () => {
  it('hold calls as written first, scams apart from legitimate ones, without empty columns', () => {
    expect(tellReport(REPORT)).toContain(`

| source | scams alerted     | time, median / p90 | type F1 |
| ------ | ----------------- | ------------------ | ------- |
| scams  | 90 % (60–98) 9/10 | 12 s / –           | 0.90    |

| source | false alarms in 5 min |
| ------ | --------------------- |
| honest | 0 % (0–16) 0/20       |

`);
  });

  it('then hold each quantity, with a column for each disturbance', () => {
    expect(tellReport(REPORT)).toContain(`

| scams alerted | of  | as written   | bare         |
| ------------- | --- | ------------ | ------------ |
| scams         | 10  | 90 % (60–98) | 80 % (49–94) |

| false alarms in 5 min | of  | as written | bare           |
| --------------------- | --- | ---------- | -------------- |
| honest                | 20  | 0 % (0–16) | 5.0 % (0.9–24) |

| type F1 | as written | bare |
| ------- | ---------- | ---- |
| scams   | 0.90       | 0.80 |

Legitimate calls of all sources that alarm in 5 min, of 20: as written 0; bare 1.`);
  });

  it('show both figures of two measurements where they differ', () => {
    const other = reportOf(
      ...REPORT.figures.map((each) =>
        each.source === 'honest' ? { ...each, falseAlarms: { count: 1, of: 20 } } : each,
      ),
    );
    const told = tellComparison(REPORT, other);
    expect(told).toContain('\n| honest | 0 % (0–16) 0/20 → 5.0 % (0.9–24) 1/20 |\n');
    expect(told).toMatch(/\| honest +\| 20 +\| 0 % \(0–16\) → 5\.0 % \(0\.9–24\) \| 5\.0 % \(0\.9–24\) \|/);
    expect(told).toContain('| scams  | 90 % (60–98) 9/10 |');
  });
});
