import type { Utterance } from '../call/utterance.ts';
import type { ScoringWindow } from './fact-finder.ts';

export interface WindowLimits {
  /** How far back a window reaches, in milliseconds of the call. */
  readonly spanMs: number;
  readonly utterances: number;
  /** Bounds what a window costs the language model. */
  readonly characters: number;
}

export interface SlidingWindow {
  add(utterance: Utterance): void;
  current(): ScoringWindow;
}

/** The latest utterances of a call, within limits of time, number and length; the newest one always stays. */
export function createSlidingWindow(limits: WindowLimits): SlidingWindow {
  const utterances: Utterance[] = [];
  let characters = 0;

  return {
    add(utterance) {
      utterances.push(utterance);
      characters += utterance.text.length;
      for (let oldest = utterances[0]; oldest !== undefined && oldest !== utterance; oldest = utterances[0]) {
        const isWithin =
          utterance.endMs - oldest.startMs <= limits.spanMs &&
          utterances.length <= limits.utterances &&
          characters <= limits.characters;
        if (isWithin) return;
        utterances.shift();
        characters -= oldest.text.length;
      }
    },
    current: () => ({ utterances: [...utterances] }),
  };
}
