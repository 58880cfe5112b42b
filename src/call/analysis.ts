import type { Fact, FinderName, ScamType } from './facts.ts';
import type { AnalysisId, ScoringId } from './ids.ts';
import type { Priors } from './priors.ts';
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
  /** Of the policy, and of the learned weights that it was used with. */
  readonly policyVersion: string;
  readonly weightsVersion: string;
  /** Of the instructions that the model was given; null when the local finder's facts led to it. */
  readonly promptVersion: string | null;
  /** Null: an earlier version left it in the record, or in the journal. */
  readonly basis: VerdictBasis | null;
  /** Milliseconds since the call's first audio. */
  readonly atMs: number;
}

/** What a verdict was made of: with those before it in the same scoring all that its replay needs. */
export interface VerdictBasis {
  /** A call that comes to another instance is scored anew there, from what that one was told. */
  readonly scoringId: ScoringId;
  /** Its place among the verdicts of that scoring that say something new, from 1. */
  readonly number: number;
  /** Every story that had been told. */
  readonly stories: readonly ScamType[];
  /** Null as long as they were not known. */
  readonly priors: Priors | null;
  /** What became known with it, in the order in which it did. */
  readonly readings: readonly Reading[];
}

/** What a finder said of an utterance, without the words, which are forgotten earlier than the verdict. */
export type Reading = Omit<Fact, 'quote' | 'isDisputed'>;
