import type { AlertStep } from '../call/event.ts';
import type { RiskAssessment } from '../call/risk.ts';
import type { StoredCall } from '../records/stored-calls.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';
import { CHANGES, changeOf, type Trial } from './policy-trial.ts';
import { isSame, type ReplayedVerdict } from './replayed-call.ts';

const tellSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const tellVerdict = ({ level, score, because }: RiskAssessment): string =>
  `${level.padEnd(8)} ${String(score).padStart(3)}  ${because.join(', ')}`.trimEnd();

/** A call's verdicts, each with whether it is the same again. */
export function tellReplay({ callSid, startedAt }: StoredCall, replayed: readonly ReplayedVerdict[]): string {
  const same = replayed.filter(isSame).length;
  return [
    `${callSid}, ${startedAt.toISOString()}: ${same} of ${replayed.length} verdicts are the same`,
    ...replayed.flatMap(tellReplayed),
  ].join('\n');
}

function tellReplayed(verdict: ReplayedVerdict): string[] {
  const { stored, replayed } = verdict;
  const head = `${tellSeconds(stored.atMs).padStart(9)}  ${stored.finder.padEnd(5)}`;
  if (replayed === null) return [`${head}  UNKNOWN  ${tellVerdict(stored.assessment)}`];
  if (isSame(verdict)) return [`${head}  same     ${tellVerdict(replayed)}`];
  return [`${head}  DIFFERS  ${tellVerdict(replayed)}`, `${' '.repeat(18)}stored   ${tellVerdict(stored.assessment)}`];
}

/** What verdicts were made by that is not in force here; null when nothing. */
export function tellOtherVersions({ callSid, verdicts }: StoredCall, policy: RiskPolicy): string | null {
  const tell = (policyVersion: string, weightsVersion: string): string =>
    `policy ${policyVersion} with weights ${weightsVersion}`;
  const here = tell(policy.version, policy.likeness.model.version);
  const made = new Set(verdicts.map(({ policyVersion, weightsVersion }) => tell(policyVersion, weightsVersion)));
  made.delete(here);
  return made.size === 0 ? null : `${callSid} was judged by ${[...made].join(' and ')}, and is replayed by ${here}.`;
}

const STEPS: ReadonlyArray<readonly [AlertStep, string]> = [
  ['high', 'first alert'],
  ['critical', 'critical'],
];

/** What a policy would have changed in stored calls; `unknown`: of how many that cannot be told. */
export function tellTrials(trials: readonly Trial[], unknown: number, policy: RiskPolicy): string {
  const counts = STEPS.map(([step, name]) => {
    const of = CHANGES.map((change) => `${change} ${trials.filter((each) => changeOf(each, step) === change).length}`);
    return `${`${name}:`.padEnd(12)} ${of.join(', ')}`;
  });
  const labels = (['scam', 'legitimate'] as const).flatMap((label) => {
    const ofLabel = trials.filter((trial) => trial.label === label);
    const alerted = (when: 'before' | 'after'): number => ofLabel.filter((trial) => trial[when].high !== null).length;
    if (ofLabel.length === 0) return [];
    return [`Of ${ofLabel.length} labelled ${label}: alerted ${alerted('before')}, now ${alerted('after')}.`];
  });
  return [
    `Policy ${policy.version} with weights ${policy.likeness.model.version}, on ${trials.length} stored calls:`,
    ...trials.flatMap(tellTrial),
    ...counts,
    ...labels,
    ...(unknown === 0 ? [] : [`${unknown} more cannot be replayed: the record does not tell what was known.`]),
  ].join('\n');
}

/** Nothing of a call in which nothing changed. */
function tellTrial(trial: Trial): string[] {
  const changes = STEPS.flatMap(([step, name]) => {
    const change = changeOf(trial, step);
    const [before, after] = [trial.before[step], trial.after[step]].map((ms) => (ms === null ? '–' : tellSeconds(ms)));
    return change === 'unchanged' || change === 'never' ? [] : [`${name} ${change} (${before} → ${after})`];
  });
  if (changes.length === 0) return [];
  return [`  ${trial.callSid}  ${(trial.label ?? '').padEnd(10)}  ${changes.join('; ')}`];
}
