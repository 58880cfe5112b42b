import type { PlayedCall } from './played-call.ts';

/** Why a call was judged as it was, utterance by utterance. */
export function explain({ call, moments, alertAtMs, scamType }: PlayedCall): string {
  const outcome = alertAtMs === null ? 'no alert' : `alert after ${(alertAtMs / 1_000).toFixed(1)} s: ${scamType}`;
  const lines = moments.flatMap(({ utterance, assessment, newFacts }) => [
    `${(utterance.endMs / 1_000).toFixed(1).padStart(6)} s ${assessment.level.padEnd(8)} ${String(assessment.score).padStart(3)}  ${utterance.speaker}: ${utterance.text}`,
    ...newFacts.map(({ tactic, stance, quote }) => `${' '.repeat(23)}${tactic} ${stance}: “${quote}”`),
  ]);
  return [
    `${call.source} ${call.id} (${call.isScam ? 'scam' : 'legitimate'}, ${call.kind}): ${outcome}`,
    ...lines,
  ].join('\n');
}
