import type { Fact, ScamType, Tactic } from '../call/facts.ts';
import type { Priors } from '../call/priors.ts';
import { likenessOf } from './likeness.ts';
import type { Combination, RiskPolicy, TacticRule } from './risk-policy.ts';

/** What a score is made of: tactics and combinations as far as they give points, and what comes on top of them. */
export interface Points {
  readonly tactics: ReadonlyArray<{ readonly name: Tactic; readonly points: number }>;
  /** `points` are less than the bonus where the weakest of the tactics is weak or has faded. */
  readonly combinations: ReadonlyArray<{ readonly name: string; readonly points: number; readonly bonus: number }>;
  readonly furtherAsks: number;
  readonly likeness: number;
  /** What all of these count: less in a call that is not worded as frauds are. */
  readonly share: number;
  /** What advice takes away, 0 or less. */
  readonly protection: number;
  readonly attestation: number;
  /** Of a blocked number; 0 or less of a known one. */
  readonly caller: number;
  /** All of them count so many times as much. */
  readonly sensitivity: number;
  /** The score is no higher: less than 100 as long as nothing is asked for. */
  readonly most: number;
}

const MOST = 100;

/** 0 to 100. */
export const scoreOf = (points: Points): number =>
  Math.min(points.most, Math.max(0, sumOf(points) * points.sensitivity));

/** All points together, as many as there are. */
export function sumOf(points: Points): number {
  let sum = 0;
  for (const tactic of points.tactics) sum += tactic.points;
  for (const combination of points.combinations) sum += combination.points;
  sum += points.furtherAsks + points.likeness;
  return sum * points.share + points.protection + points.attestation + points.caller;
}

/** What the facts of a call are worth at `nowMs`, milliseconds since its first audio. `priors`: null as long as they are not known. */
export function pointsOf(
  facts: readonly Fact[],
  stories: ReadonlySet<ScamType>,
  priors: Priors | null,
  nowMs: number,
  policy: RiskPolicy,
): Points {
  const strengths = strengthsOf(facts, nowMs, policy);
  const isSoothable = [...strengths.keys()].every((tactic) => policy.soothable.includes(tactic));
  const { most, asks, types } = policy.unasked;
  const isUnasked = !asks.some((tactic) => strengths.has(tactic)) && !types.some((type) => stories.has(type));
  const advice = (strengths.get('protective_advice') ?? 0) * policy.tactics.protective_advice.weight;
  return {
    tactics: tacticPoints(strengths, policy),
    combinations: combinationPoints(facts, strengths, stories, policy),
    furtherAsks: furtherAskPoints(strengths, policy),
    likeness: likenessPoints(facts, nowMs, policy),
    share: isWorded(facts, stories) ? 1 : policy.unwordedShare,
    protection: isSoothable ? -advice : 0,
    attestation: priors === null || priors.attestation === null ? 0 : policy.priors.attestation[priors.attestation],
    caller: callerPoints(priors, isSoothable, policy),
    sensitivity: policy.sensitivity[priors?.sensitivity ?? 'normal'],
    most: isUnasked ? most : MOST,
  };
}

/** The tactics that stand in a call, what weighs most first. */
export function heaviest(facts: readonly Fact[], nowMs: number, policy: RiskPolicy): Tactic[] {
  return [...strengthsOf(facts, nowMs, policy)]
    .filter(([tactic]) => tactic !== 'protective_advice')
    .sort(([a, x], [b, y]) => y * policy.tactics[b].weight - x * policy.tactics[a].weight)
    .map(([tactic]) => tactic);
}

/**
 * As frauds are (`other`), or nobody can tell: its words leave it open, or nobody learned its language (`none`). A model
 * that has read of pressure too is enough; where it doubts what was found, doubt has a share of its own.
 */
const isWorded = (facts: readonly Fact[], stories: ReadonlySet<ScamType>): boolean =>
  stories.has('other') ||
  stories.has('none') ||
  facts.some(
    ({ finder, stance, tactic, isDisputed }) =>
      isDisputed === true || (finder === 'model' && stance === 'pressed' && tactic !== 'protective_advice'),
  );

type Strengths = ReadonlyMap<Tactic, number>;

/** Advice gives none, and compliance only where something was asked. */
function tacticPoints(strengths: Strengths, policy: RiskPolicy): Points['tactics'] {
  const isAsking = policy.furtherAsk.of.some((tactic) => strengths.has(tactic));
  const points: Array<Points['tactics'][number]> = [];
  for (const [name, strength] of strengths) {
    if (name === 'protective_advice' || (name === 'victim_complying' && !isAsking)) continue;
    points.push({ name, points: strength * policy.tactics[name].weight });
  }
  return points;
}

function combinationPoints(
  facts: readonly Fact[],
  strengths: Strengths,
  stories: ReadonlySet<ScamType>,
  { combinations }: RiskPolicy,
): Points['combinations'] {
  const points: Array<Points['combinations'][number]> = [];
  for (const { name, each, types: told, inOrder, bonus } of combinations) {
    if (told?.every((type) => !stories.has(type))) continue;
    const weakest = weakestOf(each, strengths);
    if (weakest === 0 || (inOrder && !isInOrder(each, facts))) continue;
    points.push({ name, points: bonus * Math.min(1, weakest), bonus });
  }
  return points;
}

/** How strongly the weakest group stands, each by its strongest tactic. */
function weakestOf(each: Combination['each'], strengths: Strengths): number {
  let weakest = Infinity;
  for (const group of each) {
    let strongest = 0;
    for (const tactic of group) strongest = Math.max(strongest, strengths.get(tactic) ?? 0);
    if (strongest === 0) return 0;
    weakest = Math.min(weakest, strongest);
  }
  return weakest;
}

/** Whether each group was pressed no earlier than the one before it. */
function isInOrder(each: Combination['each'], facts: readonly Fact[]): boolean {
  let fromMs = 0;
  for (const group of each) {
    let earliestMs = Infinity;
    for (const { tactic, stance, atMs } of facts)
      if (stance === 'pressed' && atMs >= fromMs && group.includes(tactic)) earliestMs = Math.min(earliestMs, atMs);
    fromMs = earliestMs;
  }
  return fromMs < Infinity;
}

/** Each further way to take something of value, beside the strongest. */
function furtherAskPoints(strengths: Strengths, { furtherAsk }: RiskPolicy): number {
  const ways = furtherAsk.of.map((tactic) => Math.min(1, strengths.get(tactic) ?? 0));
  return furtherAsk.bonus * (ways.reduce((sum, strength) => sum + strength, 0) - Math.max(0, ...ways));
}

function likenessPoints(
  facts: readonly Fact[],
  nowMs: number,
  { likeness: { from, to, points, model } }: RiskPolicy,
): number {
  const logOdds = likenessOf(facts, nowMs, model);
  return points * Math.min(1, Math.max(0, (logOdds - from) / (to - from)));
}

function callerPoints(priors: Priors | null, isSoothable: boolean, { priors: points }: RiskPolicy): number {
  if (priors?.caller === 'blocked') return points.blocked;
  return priors?.caller === 'known' && priors.attestation === 'A' && isSoothable ? -points.known : 0;
}

/** How strongly each tactic stands: 1 for one fresh, undisputed utterance; more when repeated, less when faded. */
function strengthsOf(facts: readonly Fact[], nowMs: number, policy: RiskPolicy): Map<Tactic, number> {
  const each = new Map<Tactic, number[]>();
  for (const fact of facts) {
    const isEvidence = fact.stance === 'pressed' || isProtective(fact);
    if (!isEvidence) continue;
    const tactic = isProtective(fact) ? 'protective_advice' : fact.tactic;
    const { halfLifeMs } = policy.tactics[tactic];
    const halfLife = Math.min(halfLifeMs ?? Infinity, fact.isWeak ? policy.weakHalfLifeMs : Infinity);
    const halfLives = (nowMs - fact.atMs) / halfLife;
    const certainty = (fact.isDisputed ? policy.disputedShare : 1) * (fact.isWeak ? policy.weakShare : 1);
    const strength = certainty * 0.5 ** halfLives;
    const others = each.get(tactic);
    if (others === undefined) each.set(tactic, [strength]);
    else others.push(strength);
  }
  const strengths = new Map<Tactic, number>();
  for (const [tactic, ofTactic] of each) strengths.set(tactic, repeated(ofTactic, policy.tactics[tactic]));
  return strengths;
}

/** Advice against a tactic protects, whoever gives it. */
const isProtective = ({ tactic, stance }: Fact): boolean =>
  stance === 'advised_against' || (tactic === 'protective_advice' && stance === 'pressed');

function repeated(strengths: number[], { repetitionShare, repetitions }: TacticRule): number {
  if (strengths.length > 1) strengths.sort((a, b) => b - a);
  let sum = strengths[0] ?? 0;
  for (const strength of strengths.slice(1, 1 + repetitions)) sum += strength * repetitionShare;
  return sum;
}
