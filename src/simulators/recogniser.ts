import { randomUUID } from 'node:crypto';
import { decodeFrame, FRAME_BYTES, FRAME_MS, type SpokenFrame } from './spoken-audio.ts';

/** Hears one connection's audio and says what Deepgram would: interim and final results, ends of utterances. */
export interface Recogniser {
  hear(audio: Uint8Array): void;
  /** The words held back, at once. */
  finalize(): void;
  /** The last words, then the metadata. */
  close(): void;
}

interface Word {
  readonly word: string;
  readonly punctuated_word: string;
  readonly start: number;
  end: number;
  readonly confidence: number;
}

/** Deepgram finalises every few seconds, even in the middle of a sentence. */
const WORDS_PER_RESULT = 12;
/** "Interim Results are sent every 1 second" (https://developers.deepgram.com/docs/utterance-end). */
const INTERIM_EVERY_MS = 1_000;
/** In silence it answers now and then with an empty result. */
const EMPTY_RESULT_EVERY_MS = 4_000;
const BYTES_PER_MS = FRAME_BYTES / FRAME_MS;

export function createRecogniser(parameters: URLSearchParams, say: (message: object) => void): Recogniser {
  const wantsInterim = parameters.get('interim_results') === 'true';
  const endpointingMs = Number(parameters.get('endpointing') ?? 10);
  const utteranceEndMs = Number(parameters.get('utterance_end_ms') ?? Number.POSITIVE_INFINITY);
  const requestId = randomUUID();
  let unread: Uint8Array = new Uint8Array(0);
  let heardBytes = 0;
  let words: Word[] = [];
  let segmentStartMs = 0;
  let current: SpokenFrame | null = null;
  let quietMs = 0;
  let lastInterimMs = 0;
  let lastWordEndMs = 0;
  let isUtteranceOpen = false;

  const nowMs = (): number => heardBytes / BYTES_PER_MS;

  function hearFrame(frame: SpokenFrame): void {
    if (frame.word === '') hearPause();
    else hearWord(frame);
    if (wantsInterim && words.length > 0 && nowMs() - lastInterimMs >= INTERIM_EVERY_MS) result(false, false);
  }

  function hearWord(frame: SpokenFrame): void {
    const isNew = current === null || frame.wordNumber !== current.wordNumber || frame.part < current.part;
    if (isNew && words.length >= WORDS_PER_RESULT) result(true, false);
    const startMs = nowMs() - FRAME_MS;
    if (isNew) {
      const plain = frame.word.toLowerCase().replace(/[^a-z0-9']/g, '');
      words.push({ word: plain, punctuated_word: frame.word, start: startMs / 1_000, end: 0, confidence: 0.98 });
    }
    const last = words.at(-1);
    if (last !== undefined) last.end = nowMs() / 1_000;
    current = frame;
    quietMs = 0;
    lastWordEndMs = nowMs();
    isUtteranceOpen = true;
  }

  function hearPause(): void {
    current = null;
    quietMs += FRAME_MS;
    if (words.length > 0 && quietMs >= endpointingMs) result(true, true);
    if (isUtteranceOpen && quietMs >= utteranceEndMs) {
      isUtteranceOpen = false;
      say({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: lastWordEndMs / 1_000 });
    }
    if (nowMs() - segmentStartMs >= EMPTY_RESULT_EVERY_MS && words.length === 0) result(true, false);
  }

  function result(isFinal: boolean, isSpeechFinal: boolean, fromFinalize = false): void {
    const transcript = words.map((word) => word.punctuated_word).join(' ');
    say({
      type: 'Results',
      channel_index: [0, 1],
      start: segmentStartMs / 1_000,
      duration: (nowMs() - segmentStartMs) / 1_000,
      is_final: isFinal,
      speech_final: isSpeechFinal,
      ...(fromFinalize ? { from_finalize: true } : {}),
      channel: { alternatives: [{ transcript, confidence: 0.98, words: words.map((word) => ({ ...word })) }] },
      metadata: {
        request_id: requestId,
        model_uuid: requestId,
        model_info: { name: 'stand-in', version: '0', arch: 'none' },
      },
    });
    lastInterimMs = nowMs();
    if (!isFinal) return;
    words = [];
    segmentStartMs = nowMs();
  }

  return {
    hear(audio) {
      unread = unread.length === 0 ? audio : Buffer.concat([unread, audio]);
      let at = 0;
      while (unread.length - at >= FRAME_BYTES) {
        const frame = decodeFrame(unread, at);
        const length = frame === null ? 1 : FRAME_BYTES; // a broken frame is noise: looks for the next one
        at += length;
        heardBytes += length;
        if (frame !== null) hearFrame(frame);
      }
      unread = unread.slice(at);
    },
    finalize: () => result(true, true, true),
    close() {
      if (words.length > 0) result(true, true);
      say({
        type: 'Metadata',
        request_id: requestId,
        created: new Date().toISOString(),
        duration: nowMs() / 1_000,
        channels: 1,
      });
    },
  };
}
