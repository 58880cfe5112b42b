import type { Fact, ScamType, Tactic } from '../call/facts.ts';
import type { Attestation, Priors, Sensitivity } from '../call/priors.ts';
import { RISK_LEVELS, type RiskAssessment, type RiskLevel } from '../call/risk.ts';
import type { LikenessModel } from './likeness.ts';
import { heaviest, pointsOf, scoreOf } from './points.ts';

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
   * Honest calls about money press and ask as well. What is found counts this share of itself as long as all the rest is
   * worded as in honest calls: until the words leave it open (the story `none`) or are those of frauds (`other`), or a model
   * has read of pressure too.
   */
  readonly unwordedShare: number;
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
export const assessRisk = (
  facts: readonly Fact[],
  stories: ReadonlySet<ScamType>,
  priors: Priors | null,
  nowMs: number,
  policy: RiskPolicy,
): RiskAssessment => createRiskAssessor(policy)({ facts, stories, priors }, nowMs);

/** What is known of a call. Stories only become more. */
export interface KnownOfCall {
  readonly facts: readonly Fact[];
  readonly stories: ReadonlySet<ScamType>;
  readonly priors: Priors | null;
}

/**
 * `assessRisk` for one call, over and over: it does not compute again what it has found of an earlier moment, as long as
 * the same is known of it. A fact that has not changed is the same object.
 */
export function createRiskAssessor(policy: RiskPolicy): (known: KnownOfCall, nowMs: number) => RiskAssessment {
  /** By the time of the moment. */
  const levels = new Map<number, RiskLevel>();
  let before = { facts: new Set<Fact>(), stories: 0, priors: null as Priors | null };

  function forgetChanged({ facts, stories, priors }: KnownOfCall): void {
    const now = { facts: new Set(facts), stories: stories.size, priors };
    const isElsewhere = now.stories !== before.stories || now.priors !== before.priors;
    const fromMs = isElsewhere ? 0 : Math.min(earliest(now.facts, before.facts), earliest(before.facts, now.facts));
    for (const atMs of levels.keys()) if (atMs >= fromMs) levels.delete(atMs);
    before = now;
  }

  return (known, nowMs) => {
    forgetChanged(known);
    const { facts, stories, priors } = known;
    const moments = new Set(facts.map((fact) => fact.atMs));
    if (priors !== null) moments.add(priors.knownAtMs);
    const times = [...moments].filter((atMs) => atMs < nowMs).sort((a, b) => a - b);
    const priorsAt = (atMs: number): Priors | null => (priors !== null && priors.knownAtMs <= atMs ? priors : null);
    const scoreAt = (atMs: number, isKnown: (fact: Fact) => boolean): number =>
      scoreOf(pointsOf(facts.filter(isKnown), stories, priorsAt(atMs), atMs, policy));
    const score = scoreAt(nowMs, ({ atMs }) => atMs <= nowMs);

    /** What was known before a moment has faded until then. */
    function levelAt(moment: number, scoreThen: number, atMs: number): RiskLevel {
      const faded = (): number => scoreAt(atMs, (fact) => fact.atMs < atMs);
      return levelBy(scoreThen, policy, () => levelBy(faded(), policy, () => levelBefore(moment)));
    }
    function levelBefore(moment: number): RiskLevel {
      const atMs = times[moment - 1];
      if (atMs === undefined) return 'low';
      const found = levels.get(atMs);
      if (found !== undefined) return found;
      const scoreThen = scoreAt(atMs, (fact) => fact.atMs <= atMs);
      const level = levelAt(moment - 1, scoreThen, atMs);
      levels.set(atMs, level);
      return level;
    }
    return {
      level: levelAt(times.length, score, nowMs),
      score: Math.round(score),
      because: heaviest(facts, nowMs, policy),
    };
  };
}

/** When the earliest of those was said that are not among `others`. */
function earliest(facts: ReadonlySet<Fact>, others: ReadonlySet<Fact>): number {
  let atMs = Number.POSITIVE_INFINITY;
  for (const fact of facts) if (!others.has(fact)) atMs = Math.min(atMs, fact.atMs);
  return atMs;
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
