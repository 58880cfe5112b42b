import type { ScamType } from '../call/facts.ts';
import { createFactBook } from '../scoring/fact-book.ts';
import { type Points, pointsOf, sumOf } from '../scoring/points.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';
import type { Verdict } from '../scoring/scoring-loop.ts';
import type { PlayedCall } from './played-call.ts';

const tellSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Why a call was judged as it was by this policy, utterance by utterance: what was found, and what all of it is worth then. */
export function explain({ call, verdicts, alertAtMs, scamType }: PlayedCall, policy: RiskPolicy): string {
  const outcome = alertAtMs === null ? 'no alert' : `alert after ${tellSeconds(alertAtMs)}: ${scamType}`;
  const book = createFactBook();
  const told = new Set<ScamType>();
  return [
    `${call.source} ${call.id} (${call.isScam ? 'scam' : 'legitimate'}, ${call.kind}): ${outcome}`,
    ...verdicts.flatMap(({ analysis, utterance, newFacts, isNews }) => {
      const newStories = analysis.basis?.stories.filter((type) => !told.has(type)) ?? [];
      for (const type of newStories) told.add(type);
      book.add(newFacts);
      const points = pointsOf(book.all(), told, analysis.basis?.priors ?? null, analysis.atMs, policy);
      const found = [
        ...newFacts.map(
          ({ tactic, stance, isWeak, quote }) => `${isWeak ? 'weak ' : ''}${tactic} ${stance}: “${quote}”`,
        ),
        ...newStories.map((type) => `story: ${type}`),
        ...(isNews ? tellPoints(points) : []),
      ];
      return [tellUtterance(utterance, analysis), ...found.map((line) => `${' '.repeat(23)}${line}`)];
    }),
  ].join('\n');
}

const tellUtterance = ({ endMs, speaker, text }: Verdict['utterance'], { assessment }: Verdict['analysis']): string =>
  `${tellSeconds(endMs).padStart(8)} ${assessment.level.padEnd(8)} ${String(assessment.score).padStart(3)}  ${speaker}: ${text}`;

/** "12.0 authority + 4.5 of 10 “an office asks for something of value” − 8.0 the number that calls = 8.5"; nothing of no points. */
function tellPoints(points: Points): string[] {
  const { tactics, combinations, furtherAsks, likeness, share, protection, attestation, caller, sensitivity, most } =
    points;
  const found = [...tactics, ...combinations].reduce((all, each) => all + each.points, furtherAsks + likeness);
  const parts = [
    ...tactics,
    ...combinations.map(({ name, points, bonus }) => ({
      name: points < bonus ? `of ${bonus} “${name}”` : `“${name}”`,
      points,
    })),
    { name: 'further asks', points: furtherAsks },
    { name: 'likeness', points: likeness },
    { name: 'not worded as frauds are', points: (share - 1) * found },
    { name: 'protective advice', points: protection },
    { name: 'attestation', points: attestation },
    { name: 'the number that calls', points: caller },
  ].filter((part) => part.points !== 0);
  if (parts.length === 0) return [];
  const sum = sumOf(points);
  const added = parts.map(({ name, points }) => `${tellNumber(points)} ${name}`).join(' + ');
  const weighed = sensitivity === 1 ? '' : `, × ${sensitivity} sensitivity`;
  return [`${added.replaceAll('+ −', '− ')} = ${tellNumber(sum)}${weighed}${tellBounds(sum * sensitivity, most)}`];
}

const tellNumber = (value: number): string => value.toFixed(1).replace('-', '−');

function tellBounds(score: number, most: number): string {
  if (score < 0) return ', at least 0';
  if (score <= most) return '';
  return most < 100 ? `, at most ${most}, as nothing is asked for` : ', at most 100';
}
