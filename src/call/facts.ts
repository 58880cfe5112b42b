import type { UtteranceId } from './ids.ts';

const PERSUASION_TACTICS = [
  'authority',
  'urgency',
  'threat',
  'secrecy',
  'rapport',
  'commitment',
  'social_proof',
] as const;

const ASK_TACTICS = [
  'ask_code',
  'ask_identity',
  'ask_card',
  'ask_bank_login',
  'ask_remote_access',
  'ask_gift_card',
  'ask_crypto',
  'ask_wire',
  'ask_cash_courier',
  'ask_move_money',
  'ask_stay_on_line',
  'ask_lie_to_bank',
  'ask_press_or_call_back',
] as const;

export const TACTICS = [...PERSUASION_TACTICS, ...ASK_TACTICS, 'victim_complying', 'protective_advice'] as const;
export type Tactic = (typeof TACTICS)[number];

/** What a speaker does with a tactic: presses it on the other, mentions it, denies it, or advises against it. */
export const STANCES = ['pressed', 'mentioned', 'negated', 'advised_against'] as const;
export type Stance = (typeof STANCES)[number];

export const SCAM_TYPES = [
  'none',
  'government_impersonation',
  'bank_impersonation',
  'business_impersonation',
  'tech_support',
  'refund_overpayment',
  'family_emergency',
  'prize_lottery',
  'debt_relief',
  'warranty_telemarketing',
  'health_medicare',
  'utility_disconnection',
  'investment_crypto',
  'romance',
  'job_task',
  'rental_payee',
  'charity',
  'recovery',
  'other',
] as const;
export type ScamType = (typeof SCAM_TYPES)[number];

export type FinderName = 'local' | 'model';

/** One tactic, seen in one utterance. `quote` stands word for word in that utterance; `atMs` is when the utterance ended. */
export interface Fact {
  readonly tactic: Tactic;
  readonly utteranceId: UtteranceId;
  readonly quote: string;
  readonly stance: Stance;
  readonly finder: FinderName;
  /** The model read a fact of the local finder differently: it then counts half, for what is said may mislead a model. */
  readonly isDisputed?: true;
  /** Honest callers say such words too: it counts half. */
  readonly isWeak?: true;
  /** Milliseconds since the call's first audio. */
  readonly atMs: number;
}

/** What one finder saw in a window. `scamType` is its reading of the window as a whole, `none` when it has none. */
export interface CallFacts {
  readonly facts: readonly Fact[];
  readonly scamType: ScamType;
  readonly summary: string;
}
