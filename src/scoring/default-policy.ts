import learned from './likeness-weights.json' with { type: 'json' };
import policy from './policy.json' with { type: 'json' };
import { parseRiskPolicy } from './risk-policy-message.ts';

/** The policy in force. */
export const DEFAULT_POLICY = parseRiskPolicy(policy, learned);
