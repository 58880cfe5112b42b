import type { RecordedCall } from '../support/service.ts';
import type { PlayedCall } from './played-call.ts';
import { PACE, SPEED } from './scripts.ts';

/** What the record of a call lacks of what was said, and what it owns up to. */
export interface TranscriptLoss {
  readonly missingWords: number;
  /** Words that were said once and stand there again. */
  readonly repeatedWords: number;
  /** Milliseconds of missing speech that neither blind time nor the tolerance accounts for. */
  readonly unaccountedMs: number;
}

const FRAME_MS = 20;
const WORD_MS = PACE.framesPerWord * FRAME_MS;
/** Frames on their way when a socket is reset: a tenth of a second and a bit, five times as fast. */
const WORDS_PER_OUTAGE = 3;
/** One result of the recogniser: a dead process had not been told of its words yet, or was about to write them. */
const WORDS_PER_KILL = 12;

/**
 * Blind time is compared as it is counted: what a call loses between two streams, and with an instance, runs by the wall
 * clock, in which this caller says `SPEED` times as much; the blind time of a call that never moved is counted in audio.
 */
export function transcriptLoss(call: PlayedCall, record: RecordedCall, kills: number): TranscriptLoss {
  const said = call.words.map(({ text }) => text);
  const heard = record.transcript.flatMap(({ text }) => text.split(' '));
  const common = wordsInCommon(said, heard);
  const missingWords = said.length - common;
  const countedMs = record.blindMs * (call.outages.length + kills > 0 ? SPEED : 1);
  const toleratedMs = (call.outages.length * WORDS_PER_OUTAGE + kills * WORDS_PER_KILL) * WORD_MS;
  return {
    missingWords,
    repeatedWords: heard.length - common,
    unaccountedMs: Math.max(0, missingWords * WORD_MS - countedMs - toleratedMs),
  };
}

/**
 * Whatever their order: the timeline of a call that moves goes on by the wall clock, which is slower than this caller, so
 * that what two instances heard overlaps here.
 */
function wordsInCommon(one: readonly string[], other: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of one) left.set(word, (left.get(word) ?? 0) + 1);
  return other.filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count > 0;
  }).length;
}
