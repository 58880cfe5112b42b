import { ASK_TACTICS, type Tactic } from '../call/facts.ts';
import type { RiskPolicy } from './risk-policy.ts';

const MONEY_ASKS: readonly Tactic[] = [
  'ask_gift_card',
  'ask_crypto',
  'ask_wire',
  'ask_cash_courier',
  'ask_move_money',
  'ask_card',
];
const SECRET_ASKS: readonly Tactic[] = ['ask_code', 'ask_card', 'ask_bank_login', 'ask_remote_access'];
const VALUABLE_ASKS: readonly Tactic[] = [...new Set([...MONEY_ASKS, ...SECRET_ASKS])];
const PRESSURE: readonly Tactic[] = ['threat', 'urgency'];

/** The policy in force. Weights are points of a score that ends at 100. */
export const DEFAULT_POLICY: RiskPolicy = {
  version: '2026-11-21',
  weights: {
    authority: 12,
    urgency: 8,
    threat: 16,
    secrecy: 18,
    rapport: 4,
    commitment: 3,
    social_proof: 3,
    ask_code: 24,
    ask_identity: 10,
    ask_card: 16,
    ask_bank_login: 22,
    ask_remote_access: 26,
    ask_gift_card: 30,
    ask_crypto: 20,
    ask_wire: 20,
    ask_cash_courier: 26,
    ask_move_money: 24,
    ask_stay_on_line: 10,
    ask_lie_to_bank: 30,
    ask_press_or_call_back: 8,
    victim_complying: 12,
    /** Taken away. */
    protective_advice: 16,
  },
  fading: ['urgency', 'rapport', 'commitment', 'social_proof', 'protective_advice'],
  halfLifeMs: 120_000,
  repetitionShare: 0.2,
  repetitions: 3,
  combinations: [
    { name: 'a threat in an office’s name', each: [['authority'], ['threat']], bonus: 8 },
    {
      name: 'no authority threatens by telephone',
      each: [['threat'], ['authority', 'urgency', 'ask_press_or_call_back']],
      types: ['government_impersonation', 'utility_disconnection'],
      bonus: 30,
    },
    {
      name: 'an alarm, and one key to press',
      each: [['authority'], ['threat', 'urgency'], ['ask_press_or_call_back']],
      bonus: 22,
    },
    {
      name: 'an unordered purchase, and one key to press',
      each: [['threat'], ['ask_press_or_call_back']],
      types: ['business_impersonation', 'bank_impersonation', 'tech_support'],
      bonus: 20,
    },
    {
      name: 'a sales robot that will not wait',
      each: [['urgency'], ['ask_press_or_call_back']],
      types: ['warranty_telemarketing', 'debt_relief', 'health_medicare'],
      bonus: 30,
    },
    { name: 'pressure for something of value', each: [PRESSURE, VALUABLE_ASKS], bonus: 14 },
    { name: 'an office asks for something of value', each: [['authority'], VALUABLE_ASKS], bonus: 10 },
    {
      name: 'secrecy',
      each: [
        ['secrecy', 'ask_stay_on_line', 'ask_lie_to_bank'],
        [...ASK_TACTICS, 'threat'],
      ],
      bonus: 12,
    },
  ],
  soothable: ['authority', 'urgency', 'rapport', 'commitment', 'social_proof', 'protective_advice'],
  rise: { elevated: 25, high: 55, critical: 85 },
  fall: { elevated: 15, high: 45, critical: 75 },
};
