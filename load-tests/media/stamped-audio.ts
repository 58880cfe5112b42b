import { encodeFrame, type ScriptLine, type SpeakingPace, speak } from '../../src/simulators/spoken-audio.ts';

/**
 * Spoken frames (`src/simulators/spoken-audio.ts`) that also say whose they are and when they were sent. The stamp lies
 * over bytes that are silence in every frame, and is wiped out again where it is read, so that the frame's own checksum
 * still tells whether anything else was altered on the way.
 *
 *   132–135 call · 136–143 sent, microseconds of the monotonic clock, which all processes share · 144–149 unused
 *
 * Both ends are multiples of three: the base64 of the stamp stands by itself between that of what surrounds it.
 */
const STAMP_AT = 132;
const STAMP_BYTES = 18;
const SENT_AT = 4;
const SEQUENCE_AT = 4;
const SILENCE = 0xff;

export interface Stamp {
  readonly call: number;
  readonly sequence: number;
  readonly sentUs: number;
}

/** A frame in base64, but for its stamp. */
export interface UnstampedFrame {
  readonly before: string;
  readonly after: string;
}

/** The frames of a script that begins again whenever it is over. */
export function encodeScript(lines: readonly ScriptLine[], pace: SpeakingPace, count: number): UnstampedFrame[] {
  const spoken = speak(lines, pace);
  return Array.from({ length: count }, (_, sequence) => {
    const frame = Buffer.from(encodeFrame(spoken[sequence % spoken.length] as (typeof spoken)[number], sequence));
    return {
      before: frame.toString('base64', 0, STAMP_AT),
      after: frame.toString('base64', STAMP_AT + STAMP_BYTES),
    };
  });
}

/** What stands between the two halves of a frame. */
export function createStamper(call: number): (sentUs: number) => string {
  const stamp = Buffer.alloc(STAMP_BYTES, SILENCE);
  stamp.writeUInt32BE(call);
  return (sentUs) => {
    stamp.writeDoubleBE(sentUs, SENT_AT);
    return stamp.toString('base64');
  };
}

/** Reads the stamp of the frame at `at`, and wipes it out. */
export function takeStamp(audio: Buffer, at: number): Stamp {
  const stamp = {
    call: audio.readUInt32BE(at + STAMP_AT),
    sequence: audio.readUInt32BE(at + SEQUENCE_AT),
    sentUs: audio.readDoubleBE(at + STAMP_AT + SENT_AT),
  };
  audio.fill(SILENCE, at + STAMP_AT, at + STAMP_AT + STAMP_BYTES);
  return stamp;
}

/** Microseconds of the monotonic clock, which is one for all processes of a machine. */
export function createMicroseconds(): () => number {
  const startUs = Number(process.hrtime.bigint() / 1_000n) - performance.now() * 1_000;
  return () => startUs + performance.now() * 1_000;
}
