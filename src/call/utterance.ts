import { z } from 'zod';
import type { UtteranceId } from './ids.ts';

/** Words go into databases and prompts: control characters have no place in them, nor has half of a character. */
export const cleanWords = (text: string): string => text.replace(/[\p{Cc}\p{Cs}]+/gu, ' ');

export const wordsSchema = z.string().transform(cleanWords);

/** `caller` is whoever rang; `protected` is the person the service guards; `unknown` where both share one track. */
export type Speaker = 'caller' | 'protected' | 'unknown';

/** A stretch of speech that the recogniser will not change any more. Times are milliseconds since the call's first audio. */
export interface Utterance {
  readonly id: UtteranceId;
  readonly speaker: Speaker;
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}
