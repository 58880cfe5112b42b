import type { Analysis } from '../call/analysis.ts';
import type { Fact, ScamType } from '../call/facts.ts';
import type { ScoringId } from '../call/ids.ts';
import type { Priors } from '../call/priors.ts';
import type { RiskAssessment } from '../call/risk.ts';
import { createFactBook, type FactBook } from '../scoring/fact-book.ts';
import { assessRisk, type RiskPolicy } from '../scoring/risk-policy.ts';

/** What was known of a call when a verdict fell. */
export interface Known {
  readonly facts: readonly Fact[];
  readonly stories: ReadonlySet<ScamType>;
  readonly priors: Priors | null;
}

/**
 * What was known at each of a call's verdicts. Null where the record does not tell: it is of an earlier version, or a
 * verdict that the same scoring came to before is missing in it.
 */
export function recollect(verdicts: readonly Analysis[]): Array<Known | null> {
  const scorings = new Map<ScoringId, { readonly book: FactBook; verdicts: number }>();
  return verdicts.map(({ basis }) => {
    if (basis === null) return null;
    const scoring = scorings.get(basis.scoringId) ?? { book: createFactBook(), verdicts: 0 };
    scorings.set(basis.scoringId, scoring);
    if (basis.number !== scoring.verdicts + 1) return null;
    scoring.verdicts = basis.number;
    scoring.book.add(basis.readings.map((reading) => ({ ...reading, quote: '' })));
    return { facts: scoring.book.all(), stories: new Set(basis.stories), priors: basis.priors };
  });
}

/** A verdict as it fell, and as a policy judges what was known then; null where that is not known any more. */
export interface ReplayedVerdict {
  readonly stored: Analysis;
  readonly replayed: RiskAssessment | null;
}

export function replayCall(verdicts: readonly Analysis[], policy: RiskPolicy): ReplayedVerdict[] {
  const known = recollect(verdicts);
  return verdicts.map((stored, at) => {
    const then = known[at] ?? null;
    return { stored, replayed: then && assessRisk(then.facts, then.stories, then.priors, stored.atMs, policy) };
  });
}

export const isSame = ({ stored: { assessment }, replayed }: ReplayedVerdict): boolean =>
  replayed !== null &&
  replayed.level === assessment.level &&
  replayed.score === assessment.score &&
  replayed.because.join() === assessment.because.join();
