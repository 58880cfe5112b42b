import learned from './likeness-weights.json' with { type: 'json' };
import policy from './policy.json' with { type: 'json' };
import { parseLikenessModel, parseRiskPolicy } from './risk-policy-message.ts';

/** The policy, with the weights of this version; `LIKENESS_WEIGHTS` names others. */
export const DEFAULT_POLICY = parseRiskPolicy(policy, parseLikenessModel(learned));
