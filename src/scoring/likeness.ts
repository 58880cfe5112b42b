import type { Fact } from '../call/facts.ts';

/**
 * How much the last half minute of a call is like those of known frauds: a linear model over what was pressed in it. Its
 * weights are learned (`src/training`), none is below nothing: no further word makes a call less like a fraud.
 */
export interface LikenessModel {
  /** The same for the same weights, and for no others. */
  readonly version: string;
  readonly windowMs: number;
  /** Log-odds before anything is said. */
  readonly bias: number;
  /** By the names that `likenessFeatures` gives. */
  readonly weights: Readonly<Record<string, number>>;
}

/** Log-odds. */
export const likenessOf = (facts: readonly Fact[], nowMs: number, model: LikenessModel): number =>
  logOddsOf(likenessFeatures(facts, nowMs - model.windowMs), model);

export const logOddsOf = (features: readonly string[], { bias, weights }: LikenessModel): number =>
  features.reduce((sum, name) => sum + (weights[name] ?? 0), bias);

const MOST_TACTICS = 6;
const MOST_ASKS = 4;
const CUES = [3, 5, 7, 9, 12];

/** What the model looks at; of what was pressed after `fromMs`. */
export function likenessFeatures(facts: readonly Fact[], fromMs: number): string[] {
  const pressed = facts.filter(
    ({ atMs, stance, tactic }) => atMs > fromMs && stance === 'pressed' && tactic !== 'protective_advice',
  );
  if (pressed.length === 0) return [];
  const names = new Set<string>();
  const clear = new Set<string>();
  for (const { tactic, isWeak, isDisputed } of pressed) {
    const isDoubtful = isWeak === true || isDisputed === true;
    names.add(isDoubtful ? `${tactic}?` : tactic);
    if (!isDoubtful) clear.add(tactic);
  }
  const asks = [...clear].filter((tactic) => tactic.startsWith('ask_')).length;
  for (let count = 2; count <= Math.min(MOST_TACTICS, clear.size); count++) names.add(`tactics≥${count}`);
  for (let count = 2; count <= Math.min(MOST_ASKS, asks); count++) names.add(`asks≥${count}`);
  for (const count of CUES) if (pressed.length >= count) names.add(`cues≥${count}`);
  return [...names];
}
