import type { Fact, Tactic } from '../../src/call/facts.ts';
import { utteranceIdOf } from '../../src/call/ids.ts';

/** What a finder says of the utterance that ended then. */
export const fact = (tactic: Tactic, atMs = 0, more: Partial<Fact> = {}): Fact => ({
  tactic,
  utteranceId: utteranceIdOf(1 + atMs),
  quote: 'words',
  stance: 'pressed',
  finder: 'local',
  atMs,
  ...more,
});
