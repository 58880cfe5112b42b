import type { AlertStep } from '../call/event.ts';
import type { RiskLevel } from '../call/risk.ts';

/**
 * The alert that is due: one when a call first reaches `high`, one when it first reaches `critical`. A call that jumps
 * to `critical` raises that one alone, and never an easier one afterwards.
 */
export function dueAlertStep(level: RiskLevel, raised: ReadonlySet<AlertStep>): AlertStep | null {
  if (level === 'critical' && !raised.has('critical')) return 'critical';
  if (level === 'high' && raised.size === 0) return 'high';
  return null;
}
