/**
 * Speech for stand-ins: the words are written into the mu-law bytes themselves, so that a recogniser can only answer from
 * audio that really reached it; what is lost, repeated, altered or crossed on the way changes the transcript.
 *
 * One frame is 20 ms, 160 bytes:
 *   0–1 magic · 2 kind · 3 speaker · 4–7 sequence · 8–9 word number · 10 part · 11 text length · 12… text · 156–159 checksum
 * Plain arithmetic on bytes: the load tests run it inside k6, where Node's modules do not exist.
 */
export const FRAME_BYTES = 160;
export const FRAME_MS = 20;

export type ScriptSpeaker = 'caller' | 'protected';

export interface SpokenFrame {
  /** The word that sounds in this frame; empty in a pause. */
  readonly word: string;
  /** Counts the words of a call: two frames of one number are one word. */
  readonly wordNumber: number;
  /** Which frame of its word this is, from 0. */
  readonly part: number;
  readonly speaker: ScriptSpeaker;
}

const MAGIC = [0xe7, 0x1c] as const;
const KIND_PAUSE = 0;
const KIND_WORD = 1;
const TEXT_AT = 12;
const CHECKSUM_AT = 156;
const LONGEST_TEXT = CHECKSUM_AT - TEXT_AT;
/** Mu-law for silence. */
const SILENCE = 0xff;

export function encodeFrame({ word, wordNumber, part, speaker }: SpokenFrame, sequence: number): Uint8Array {
  const frame = new Uint8Array(FRAME_BYTES).fill(SILENCE);
  const text = word.slice(0, LONGEST_TEXT);
  frame.set([MAGIC[0], MAGIC[1], text === '' ? KIND_PAUSE : KIND_WORD, speaker === 'caller' ? 0 : 1]);
  const view = new DataView(frame.buffer);
  view.setUint32(4, sequence);
  view.setUint16(8, wordNumber);
  frame[10] = part;
  frame[11] = text.length;
  for (let i = 0; i < text.length; i++) frame[TEXT_AT + i] = text.charCodeAt(i) & 0xff;
  view.setUint32(CHECKSUM_AT, checksum(frame, 0));
  return frame;
}

/** The frame that begins at `at`, or null when none does. */
export function decodeFrame(audio: Uint8Array, at: number): SpokenFrame | null {
  if (audio[at] !== MAGIC[0] || audio[at + 1] !== MAGIC[1] || audio.length - at < FRAME_BYTES) return null;
  const view = new DataView(audio.buffer, audio.byteOffset + at, FRAME_BYTES);
  if (view.getUint32(CHECKSUM_AT) !== checksum(audio, at)) return null;
  const length = audio[at + 11] ?? 0;
  let word = '';
  for (let i = 0; i < length; i++) word += String.fromCharCode(audio[at + TEXT_AT + i] ?? 0);
  return {
    word,
    wordNumber: view.getUint16(8),
    part: audio[at + 10] ?? 0,
    speaker: audio[at + 3] === 0 ? 'caller' : 'protected',
  };
}

/** FNV-1a over the frame without its last four bytes. */
function checksum(audio: Uint8Array, at: number): number {
  let hash = 0x811c9dc5;
  for (let i = at; i < at + CHECKSUM_AT; i++) hash = Math.imul(hash ^ (audio[i] ?? 0), 0x01000193);
  return hash >>> 0;
}

export interface ScriptLine {
  readonly speaker: ScriptSpeaker;
  readonly text: string;
}

export interface SpeakingPace {
  readonly framesPerWord: number;
  /** The pause after each line; 300 ms and more end an utterance. */
  readonly pauseFrames: number;
}

/** Some 150 words a minute, with half a second between two lines. */
export const CONVERSATION: SpeakingPace = { framesPerWord: 17, pauseFrames: 30 };

/** The frames of a script, in order. */
export function speak(lines: readonly ScriptLine[], { framesPerWord, pauseFrames }: SpeakingPace): SpokenFrame[] {
  const frames: SpokenFrame[] = [];
  let wordNumber = 0;
  for (const { speaker, text } of lines) {
    for (const word of text.split(/\s+/)) {
      wordNumber += 1;
      for (let part = 0; part < framesPerWord; part++) frames.push({ word, wordNumber, part, speaker });
    }
    for (let i = 0; i < pauseFrames; i++) frames.push({ word: '', wordNumber, part: 0, speaker });
  }
  return frames;
}
