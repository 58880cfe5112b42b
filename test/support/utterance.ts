import { utteranceIdOf } from '../../src/call/ids.ts';
import type { Speaker, Utterance } from '../../src/call/utterance.ts';

/** The `number`th of a call, one a second. */
export const utterance = (text: string, number = 1, speaker: Speaker = 'unknown'): Utterance => ({
  id: utteranceIdOf(number),
  speaker,
  text,
  startMs: number * 1_000,
  endMs: number * 1_000 + 900,
});
