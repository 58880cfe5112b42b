import { bytesOfMs, msOfBytes } from '../../src/call/audio.ts';
import { callSidSchema } from '../../src/call/ids.ts';
import { LIMITS } from '../../src/limits.ts';
import type { CarrierRecogniser } from '../../src/transcription/carrier-recogniser.ts';
import type { DeepgramSocketEvents, DialDeepgram } from '../../src/transcription/deepgram/deepgram-socket.ts';
import { createDeepgramTranscriber } from '../../src/transcription/deepgram/deepgram-transcriber.ts';
import { createFallback } from '../../src/transcription/fallback.ts';
import type { TranscriptSegment } from '../../src/transcription/transcriber.ts';
import { createFakeClock } from './fake-clock.ts';

const WITHOUT_OVERLAP = { ...LIMITS.deepgram, overlapMs: 0 };
export const FRAME_MS = 20;

/** The far end of one connection, in the test's hands; the protocol itself is tested over real sockets. */
interface Line {
  readonly language: string;
  readonly events: DeepgramSocketEvents;
  /** How long the audio of each message was. */
  readonly messagesMs: number[];
  bufferedBytes: number;
  pings: number;
  isTerminated: boolean;
}

export const CALL_SID = callSidSchema.parse(`CA${'0'.repeat(32)}`);
const REFUSING: CarrierRecogniser = {
  start: async () => ({ ok: false, failure: { provider: 'twilio', code: '20003', message: '', retryable: true } }),
  stop: async () => null,
};

export function openStream(carrier = REFUSING) {
  let language = 'en-US';
  const clock = createFakeClock();
  const fallback = createFallback({
    carrier,
    clock,
    random: () => 0,
    limits: { patienceMs: 1_980, firstRetryMs: 2_000, longestRetryMs: 60_000 },
    observer: { event: () => undefined, failed: () => undefined },
  });
  const lines: Line[] = [];
  const dial: DialDeepgram = (language, events) => {
    const line: Line = { language, events, messagesMs: [], bufferedBytes: 0, pings: 0, isTerminated: false };
    lines.push(line);
    return {
      sendAudio(audio) {
        line.messagesMs.push(msOfBytes(audio.length));
      },
      keepAlive: () => undefined,
      finalize: () => undefined,
      closeStream: () => undefined,
      ping() {
        line.pings += 1;
      },
      terminate() {
        if (line.isTerminated) return;
        line.isTerminated = true;
        events.closed({ provider: 'deepgram', code: 'terminated', message: '', retryable: true });
      },
      get bufferedBytes() {
        return line.bufferedBytes;
      },
    };
  };
  const lost: string[] = [];
  const transcriber = createDeepgramTranscriber({
    dial,
    clock,
    random: () => 1,
    limits: WITHOUT_OVERLAP,
    observer: {
      reconnecting: () => undefined,
      connectionLost: (_options, { code }) => lost.push(code),
      brokenMessage: () => undefined,
      forwarded: () => undefined,
    },
    fallback,
  });
  const segments: TranscriptSegment[] = [];
  const options = { callSid: CALL_SID, language: () => language, startAtMs: 0 };
  const stream = transcriber.open(options, (segment) => segments.push(segment));

  return {
    clock,
    lines,
    fallback,
    stream,
    segments,
    lost,
    changeLanguage(other: string) {
      language = other;
      stream.languageChanged();
    },
    /** Speaks for `ms`, a frame at a time, while `answer` has its say after each. */
    speak(ms: number, answer: () => void = () => undefined) {
      for (let spoken = 0; spoken < ms; spoken += FRAME_MS) {
        stream.write(new Uint8Array(bytesOfMs(FRAME_MS)));
        stream.flush();
        clock.advance(FRAME_MS);
        answer();
      }
    },
  };
}

export const result = (word: string, start: number, end: number): object => ({
  type: 'Results',
  start,
  duration: end - start,
  is_final: true,
  channel: { alternatives: [{ transcript: word, words: [{ word, start, end }] }] },
});
