import { describe, expect, it } from 'vitest';
import { dueAlertStep } from '../../src/alerting/alert-policy.ts';
import type { AlertStep } from '../../src/call/event.ts';
import type { RiskLevel } from '../../src/call/risk.ts';

/** The alerts that a course of risk raises. */
function alertsOf(levels: RiskLevel[]): AlertStep[] {
  const raised = new Set<AlertStep>();
  for (const level of levels) {
    const step = dueAlertStep(level, raised);
    if (step !== null) raised.add(step);
  }
  return [...raised];
}

describe('alerts', () => {
  it.each<[RiskLevel[], AlertStep[]]>([
    [['low', 'elevated', 'low'], []],
    [['elevated', 'high', 'high'], ['high']],
    [
      ['high', 'critical', 'critical'],
      ['high', 'critical'],
    ],
    [['critical'], ['critical']],
    [['critical', 'high', 'low', 'high'], ['critical']],
    [['high', 'low', 'high'], ['high']],
  ])('for %j are %j', (levels, alerts) => {
    expect(alertsOf(levels)).toEqual(alerts);
  });
});
