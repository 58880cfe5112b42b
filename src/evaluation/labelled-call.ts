import type { ScamType, Tactic } from '../call/facts.ts';
import type { Speaker } from '../call/utterance.ts';

/** A call whose truth is known: what the detector is measured by, and learns from where `use` allows it. */
export interface LabelledCall {
  readonly id: string;
  /** Figures stand for one source each, never for several together. */
  readonly source: string;
  readonly isScam: boolean;
  readonly kind: string;
  /** Legitimate, and about what scams are about too: banks, parcels, appointments, family asking for money. */
  readonly isNearDomain: boolean;
  /** Near-copies of one campaign share a cluster. */
  readonly cluster: string;
  /** A legitimate call and its fraudulent twin share a pair; null without one. */
  readonly pair: string | null;
  readonly isForTraining: boolean;
  /** What a person called it; null when nobody did. */
  readonly scamType: ScamType | null;
  /** The turn (from 0) in which what matters is asked for; null when nobody marked it. */
  readonly askTurn: number | null;
  /** BCP 47. */
  readonly language: string;
  readonly turns: readonly Turn[];
}

export interface Turn {
  readonly speaker: Speaker;
  readonly text: string;
  /** The tactics that a person saw in it; null when nobody looked. */
  readonly tactics: readonly Tactic[] | null;
}
