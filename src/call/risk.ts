import type { Tactic } from './facts.ts';

/** From harmless to certain. An alert goes out when a call first reaches `high`, and when it first reaches `critical`. */
export const RISK_LEVELS = ['low', 'elevated', 'high', 'critical'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

export const isAtLeast = (level: RiskLevel, floor: RiskLevel): boolean =>
  RISK_LEVELS.indexOf(level) >= RISK_LEVELS.indexOf(floor);

/** A verdict of the risk policy. `score` runs from 0 to 100; `because` names the tactics that carry it, heaviest first. */
export interface RiskAssessment {
  readonly level: RiskLevel;
  readonly score: number;
  readonly because: readonly Tactic[];
}

export const NO_RISK: RiskAssessment = { level: 'low', score: 0, because: [] };
