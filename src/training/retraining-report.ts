import type { Report } from '../evaluation/report.ts';
import { tellComparison, tellShare } from '../evaluation/report-text.ts';
import { shareOf } from '../evaluation/statistics.ts';
import type { Trial } from '../replay/policy-trial.ts';
import type { LikenessModel } from '../scoring/likeness.ts';

export interface Retraining {
  readonly present: LikenessModel;
  readonly candidate: LikenessModel;
  /** The labelled calls of the service, by the present weights and by weights learned without them. */
  readonly heldOut: readonly Trial[];
  /** Labelled calls whose record does not tell what was known. */
  readonly unusable: number;
  /** Labelled calls of others, by the present weights and by the candidate. */
  readonly measured: { readonly present: Report; readonly candidate: Report };
  /** How many calls of each source the candidate was learned from. */
  readonly sources: ReadonlyMap<string, number>;
  readonly file: string;
}

/** In Markdown: the candidate beside the present weights. */
export function tellRetraining(retraining: Retraining): string {
  const { present, candidate, heldOut, unusable, measured, sources, file } = retraining;
  const learned = [...sources].map(([source, calls]) => `${source} (${calls})`).join(', ');
  return `# Candidate weights ${candidate.version}

Beside the present ones, ${present.version}. Where two figures stand in one cell, the first is of the present weights, the second of the candidate. In brackets: Wilson intervals at 95 %. Learned from: ${learned}. Where the training set or the phrases have changed since the present weights were learned, that is part of the difference. Nothing is switched by this; \`LIKENESS_WEIGHTS=${file}\` does it, and the setting of before switches back.

## Labelled calls of the service

Each is judged by weights that were learned from the other parts of five, not by the candidate itself, which knows it. If the present weights were learned from some of these calls, their figures flatter. ${unusable} more labelled calls cannot be used: their record does not tell what was known.

${tellHeldOut(heldOut)}

${tellChanged(heldOut)}

## Labelled calls of others

As \`npm run eval\` measures them, by policy ${measured.present.policyVersion}. The sources that the weights were learned from flatter.

${tellComparison(measured.present, measured.candidate)}

## The weights

${tellWeights(present, candidate)}
`;
}

function tellHeldOut(heldOut: readonly Trial[]): string {
  const rows = (['scam', 'legitimate'] as const).map((label) => {
    const calls = heldOut.filter((call) => call.label === label);
    const alerted = (when: 'before' | 'after'): string => tellShare(shareOf(calls, (call) => call[when].high !== null));
    return `| ${label} | ${calls.length} | ${alerted('before')} | ${alerted('after')} |`;
  });
  return ['| label | calls | alerted, present | alerted, held out |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function tellChanged(heldOut: readonly Trial[]): string {
  const changed = heldOut.filter(({ before, after }) => before.high !== after.high);
  if (changed.length === 0) return 'No call alerts at another moment than before.';
  const tell = (ms: number | null): string => (ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`);
  return changed
    .map(({ callSid, label, before, after }) => `- ${callSid}, ${label}: ${tell(before.high)} → ${tell(after.high)}`)
    .join('\n');
}

function tellWeights(present: LikenessModel, candidate: LikenessModel): string {
  const names = [...new Set([...Object.keys(candidate.weights), ...Object.keys(present.weights)])];
  const rows = names.map((name) => `| ${name} | ${present.weights[name] ?? 0} | ${candidate.weights[name] ?? 0} |`);
  const bias = `| (bias) | ${present.bias} | ${candidate.bias} |`;
  return ['| fact | present | candidate |', '| --- | --- | --- |', bias, ...rows].join('\n');
}
