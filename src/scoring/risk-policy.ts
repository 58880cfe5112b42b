import type { Fact, ScamType, Tactic } from '../call/facts.ts';
import type { Attestation, Priors, Sensitivity } from '../call/priors.ts';
import { RISK_LEVELS, type RiskAssessment, type RiskLevel } from '../call/risk.ts';
import { type LikenessModel, likenessOf } from './likeness.ts';

/**
 * How facts become risk. The levels:
 *
 *          score ≥ rise[elevated]    ≥ rise[high]        ≥ rise[critical]
 *     low ────────────────▶ elevated ────────▶ high ────────────▶ critical
 *      ▲                        │ ▲              │ ▲                 │
 *      └────────────────────────┘ └──────────────┘ └─────────────────┘
 *          score < fall[elevated]    < fall[high]        < fall[critical]
 *
 * `fall` lies below `rise` (hysteresis), so that a score which hovers at a threshold does not flicker.
 */
export interface RiskPolicy {
  readonly version: string;
  readonly tactics: Readonly<Record<Tactic, TacticRule>>;
  /** A weak cue counts this share of a clear one, and halves in `weakHalfLifeMs` at the latest. */
  readonly weakShare: number;
  readonly weakHalfLifeMs: number;
  /** So much of itself counts a fact that the model disputes. */
  readonly disputedShare: number;
  readonly combinations: readonly Combination[];
  /** Each further way to take something of value adds this. */
  readonly furtherAsk: { readonly of: readonly Tactic[]; readonly bonus: number };
  /**
   * What is learned adds up to `points`: none at log-odds of `from`, all at `to`. It adds to what rules have found, and
   * cannot alert alone.
   */
  readonly likeness: {
    readonly from: number;
    readonly to: number;
    readonly points: number;
    readonly model: LikenessModel;
  };
  /**
   * An alarm alone is no fraud: honest fraud desks raise them. As long as none of `asks` is pressed, and the call is none of
   * `types`, the score stays at `most`.
   */
  readonly unasked: { readonly most: number; readonly asks: readonly Tactic[]; readonly types: readonly ScamType[] };
  /**
   * What is known of the number that calls adds points, which alone never alert. `known` takes points away, where the
   * caller's carrier vouches for a number that the user knows, and as advice does: while nothing else than `soothable` is
   * pressed. Numbers are forged, and telephones stolen.
   */
  readonly priors: {
    readonly attestation: Readonly<Record<Attestation, number>>;
    readonly blocked: number;
    readonly known: number;
  };
  /** All points count so many times as much: a user is warned sooner, or later. */
  readonly sensitivity: Readonly<Record<Sensitivity, number>>;
  /** Protective advice lowers the score only while nothing else is pressed. Words are cheap. */
  readonly soothable: readonly Tactic[];
  readonly rise: Readonly<Record<Exclude<RiskLevel, 'low'>, number>>;
  readonly fall: Readonly<Record<Exclude<RiskLevel, 'low'>, number>>;
}

export interface TacticRule {
  /** Points; of `protective_advice` the points that it takes away. */
  readonly weight: number;
  /** Its weight halves in this time; null: evidence that stays. */
  readonly halfLifeMs: number | null;
  /** Each further utterance that shows it adds this share of its weight, up to `repetitions` times. */
  readonly repetitionShare: number;
  readonly repetitions: number;
}

/** Tactics that mean more together: one of each group, in a call that told one of `types` (any when absent). */
export interface Combination {
  readonly name: string;
  readonly each: ReadonlyArray<readonly Tactic[]>;
  /** The groups are the stages of a call: each is first seen no earlier than the one before it. */
  readonly inOrder?: true;
  readonly types?: readonly ScamType[];
  readonly bonus: number;
}

/**
 * The verdict on the facts of a call at `nowMs` (milliseconds since its first audio). Pure: the same facts and priors at
 * the same time always give the same verdict, so that every alert can be explained and replayed. The level's history is
 * computed from their own times, never remembered. `priors` are null as long as they are not known.
 */
export function assessRisk(
  facts: readonly Fact[],
  stories: ReadonlySet<ScamType>,
  priors: Priors | null,
  nowMs: number,
  policy: RiskPolicy,
): RiskAssessment {
  const moments = new Set(facts.map((fact) => fact.atMs));
  if (priors !== null) moments.add(priors.knownAtMs);
  const times = [...moments].filter((atMs) => atMs < nowMs).sort((a, b) => a - b);
  const priorsAt = (atMs: number): Priors | null => (priors !== null && priors.knownAtMs <= atMs ? priors : null);
  const scoreAt = (atMs: number, isKnown: (fact: Fact) => boolean): number =>
    scoreOf(facts.filter(isKnown), stories, priorsAt(atMs), atMs, policy);
  const score = scoreAt(nowMs, ({ atMs }) => atMs <= nowMs);

  /** What was known before a moment has faded until then. */
  function levelAt(moment: number, scoreThen: number, atMs: number): RiskLevel {
    const faded = (): number => scoreAt(atMs, (fact) => fact.atMs < atMs);
    return levelBy(scoreThen, policy, () => levelBy(faded(), policy, () => levelBefore(moment)));
  }
  function levelBefore(moment: number): RiskLevel {
    const atMs = times[moment - 1];
    if (atMs === undefined) return 'low';
    const scoreThen = scoreAt(atMs, (fact) => fact.atMs <= atMs);
    return levelAt(moment - 1, scoreThen, atMs);
  }
  return {
    level: levelAt(times.length, score, nowMs),
    score: Math.round(score),
    because: heaviest(facts, nowMs, policy),
  };
}

/** What was before matters only where a score lies between a level's fall and its rise: elsewhere nobody looks back. */
function levelBy(score: number, { rise, fall }: RiskPolicy, before: () => RiskLevel): RiskLevel {
  const lowest = highestLevel(score, rise);
  const highest = highestLevel(score, fall);
  if (lowest === highest) return lowest;
  const level = before();
  if (RISK_LEVELS.indexOf(level) <= RISK_LEVELS.indexOf(lowest)) return lowest;
  return RISK_LEVELS.indexOf(level) >= RISK_LEVELS.indexOf(highest) ? highest : level;
}

const highestLevel = (score: number, from: RiskPolicy['rise']): RiskLevel =>
  RISK_LEVELS.findLast((level) => level === 'low' || score >= from[level]) ?? 'low';

/** 0 to 100. */
function scoreOf(
  facts: readonly Fact[],
  stories: ReadonlySet<ScamType>,
  priors: Priors | null,
  nowMs: number,
  policy: RiskPolicy,
): number {
  const strengths = strengthsOf(facts, nowMs, policy);
  const strengthOf = (tactic: Tactic): number => strengths.get(tactic) ?? 0;
  const { most, asks, types } = policy.unasked;
  let score = 0;
  let isAsking = false;
  for (const [tactic, strength] of strengths) {
    if (tactic === 'protective_advice' || tactic === 'victim_complying') continue;
    score += strength * policy.tactics[tactic].weight;
    isAsking ||= policy.furtherAsk.of.includes(tactic);
  }
  if (isAsking) score += strengthOf('victim_complying') * policy.tactics.victim_complying.weight;
  for (const { each, types: told, inOrder, bonus } of policy.combinations) {
    if (told?.every((type) => !stories.has(type))) continue;
    if (inOrder && !isInOrder(each, facts)) continue;
    const weakest = Math.min(...each.map((group) => Math.max(...group.map(strengthOf))));
    score += bonus * Math.min(1, weakest);
  }
  const ways = policy.furtherAsk.of.map(strengthOf).filter((strength) => strength > 0);
  const further = ways.reduce((sum, strength) => sum + Math.min(1, strength), 0) - Math.min(1, Math.max(0, ...ways));
  score += further * policy.furtherAsk.bonus;
  score += likenessPoints(facts, nowMs, policy);
  const isSoothable = [...strengths.keys()].every((tactic) => policy.soothable.includes(tactic));
  if (isSoothable) score -= strengthOf('protective_advice') * policy.tactics.protective_advice.weight;
  score += priorPoints(priors, isSoothable, policy);
  score *= policy.sensitivity[priors?.sensitivity ?? 'normal'];
  const isUnasked = !asks.some((tactic) => strengths.has(tactic)) && !types.some((type) => stories.has(type));
  return Math.min(isUnasked ? most : 100, Math.max(0, score));
}

function priorPoints(priors: Priors | null, isSoothable: boolean, { priors: points }: RiskPolicy): number {
  if (priors === null) return 0;
  const { attestation, caller } = priors;
  const against =
    (attestation === null ? 0 : points.attestation[attestation]) + (caller === 'blocked' ? points.blocked : 0);
  return caller === 'known' && attestation === 'A' && isSoothable ? against - points.known : against;
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

function likenessPoints(
  facts: readonly Fact[],
  nowMs: number,
  { likeness: { from, to, points, model } }: RiskPolicy,
): number {
  const logOdds = likenessOf(facts, nowMs, model);
  return points * Math.min(1, Math.max(0, (logOdds - from) / (to - from)));
}

/** How strongly each tactic stands: 1 for one fresh, undisputed utterance; more when repeated, less when faded. */
function strengthsOf(facts: readonly Fact[], nowMs: number, policy: RiskPolicy): Map<Tactic, number> {
  const strengths = new Map<Tactic, number[]>();
  for (const fact of facts) {
    const isEvidence = fact.stance === 'pressed' || isProtective(fact);
    if (!isEvidence) continue;
    const tactic = isProtective(fact) ? 'protective_advice' : fact.tactic;
    const { halfLifeMs } = policy.tactics[tactic];
    const halfLife = Math.min(halfLifeMs ?? Infinity, fact.isWeak ? policy.weakHalfLifeMs : Infinity);
    const halfLives = (nowMs - fact.atMs) / halfLife;
    const certainty = (fact.isDisputed ? policy.disputedShare : 1) * (fact.isWeak ? policy.weakShare : 1);
    const strength = certainty * 0.5 ** halfLives;
    const others = strengths.get(tactic);
    if (others === undefined) strengths.set(tactic, [strength]);
    else others.push(strength);
  }
  return new Map([...strengths].map(([tactic, each]) => [tactic, repeated(each, policy.tactics[tactic])]));
}

/** Advice against a tactic protects, whoever gives it. */
const isProtective = ({ tactic, stance }: Fact): boolean =>
  stance === 'advised_against' || (tactic === 'protective_advice' && stance === 'pressed');

function repeated(strengths: readonly number[], { repetitionShare, repetitions }: TacticRule): number {
  const [strongest = 0, ...others] = [...strengths].sort((a, b) => b - a);
  return others.slice(0, repetitions).reduce((sum, strength) => sum + strength * repetitionShare, strongest);
}

function heaviest(facts: readonly Fact[], nowMs: number, policy: RiskPolicy): Tactic[] {
  return [...strengthsOf(facts, nowMs, policy)]
    .filter(([tactic]) => tactic !== 'protective_advice')
    .sort(([a, x], [b, y]) => y * policy.tactics[b].weight - x * policy.tactics[a].weight)
    .map(([tactic]) => tactic);
}
