import type { LabelledCall } from './labelled-call.ts';
import { speak } from './speaking-pace.ts';

/**
 * Calls in the order in which they stand, gathered until those of a chain last `leastMs` when they are spoken one after the
 * other. A call stands in one chain; the last ones, which do not last that long, stand in none.
 */
export function chainsOf(calls: readonly LabelledCall[], leastMs: number): LabelledCall[][] {
  const chains: LabelledCall[][] = [];
  let chain: LabelledCall[] = [];
  for (const call of calls) {
    chain.push(call);
    if (speak(joined(chain)).lengthMs < leastMs) continue;
    chains.push(chain);
    chain = [];
  }
  return chains;
}

/** One call in which all that is said in a chain is said; in all else it is the first of them. */
export function joined(chain: readonly LabelledCall[]): LabelledCall {
  const [first] = chain;
  if (first === undefined) throw new Error('a chain of no calls');
  return { ...first, id: chain.map(({ id }) => id).join(' + '), turns: chain.flatMap(({ turns }) => turns) };
}
