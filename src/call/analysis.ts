import type { FinderName, ScamType } from './facts.ts';
import type { AnalysisId } from './ids.ts';
import type { RiskAssessment } from './risk.ts';

/** What was known of a call at one moment, and what the risk policy made of it. */
export interface Analysis {
  readonly analysisId: AnalysisId;
  /** Whose facts led to it. */
  readonly finder: FinderName;
  readonly assessment: RiskAssessment;
  readonly scamType: ScamType;
  /** The model's sentence about the call; empty as long as there is none. */
  readonly summary: string;
  readonly policyVersion: string;
  /** Of the instructions that the model was given; null when the local finder's facts led to it. */
  readonly promptVersion: string | null;
  /** Milliseconds since the call's first audio. */
  readonly atMs: number;
}
