import { describe, expect, it } from 'vitest';
import { bytesOfMs } from '../../../src/call/audio.ts';
import { callSidSchema } from '../../../src/call/ids.ts';
import type { DeepgramSocketEvents, DialDeepgram } from '../../../src/transcription/deepgram/deepgram-socket.ts';
import { createDeepgramTranscriber } from '../../../src/transcription/deepgram/deepgram-transcriber.ts';
import type { TranscriptSegment } from '../../../src/transcription/transcriber.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const LIMITS = {
  backlogMs: 7_000,
  overlapMs: 0,
  catchUpRate: 1.25,
  catchUpBurstMs: 1_000,
  keepAliveMs: 4_000,
  deafAfterMs: 30_000,
  stalledAfterMs: 3_000,
  pingMs: 2_000,
  finishMs: 10_000,
};
const FRAME_MS = 20;

/** The far end of one connection, in the test's hands; the protocol itself is tested over real sockets. */
interface Line {
  readonly events: DeepgramSocketEvents;
  heardBytes: number;
  bufferedBytes: number;
  pings: number;
  isTerminated: boolean;
}

function start() {
  const clock = createFakeClock();
  const lines: Line[] = [];
  const dial: DialDeepgram = (events) => {
    const line: Line = { events, heardBytes: 0, bufferedBytes: 0, pings: 0, isTerminated: false };
    lines.push(line);
    return {
      sendAudio(audio) {
        line.heardBytes += audio.length;
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
    limits: LIMITS,
    observer: {
      reconnecting: () => undefined,
      connectionLost: (_options, { code }) => lost.push(code),
      brokenMessage: () => undefined,
      forwarded: () => undefined,
    },
  });
  const stream = transcriber.open({ callSid: callSidSchema.parse(`CA${'0'.repeat(32)}`), startAtMs: 0 });
  const segments: TranscriptSegment[] = [];
  void (async () => {
    for await (const segment of stream) segments.push(segment);
  })();

  return {
    clock,
    lines,
    stream,
    segments,
    lost,
    /** Speaks for `ms`, a frame at a time, while `answer` has its say after each. */
    speak(ms: number, answer: () => void = () => undefined) {
      for (let spoken = 0; spoken < ms; spoken += FRAME_MS) {
        stream.write(new Uint8Array(bytesOfMs(FRAME_MS)));
        clock.advance(FRAME_MS);
        answer();
      }
    },
  };
}

const result = (word: string, start: number, end: number): object => ({
  type: 'Results',
  start,
  duration: end - start,
  is_final: true,
  channel: { alternatives: [{ transcript: word, words: [{ word, start, end }] }] },
});

describe('the transcript of a stream', () => {
  it('keeps its times when audio left the ring while the socket opened', async () => {
    const { lines, speak, segments, stream } = start();
    speak(8_000);
    lines[0]?.events.opened();
    speak(20);
    expect(stream.blindMs).toBe(1_000);
    lines[0]?.events.message(result('hello', 0, 0.5));
    await settled();
    expect(segments).toMatchObject([{ text: 'hello', startMs: 1_000, endMs: 1_500 }]);
  });

  it('leaves a recogniser that is gone without a word before the ring runs over', () => {
    const { lines, speak, stream, lost } = start();
    speak(20);
    lines[0]?.events.opened();
    speak(6_100);
    expect(lines[0]).toMatchObject({ pings: 2, isTerminated: true });
    speak(260);
    lines[1]?.events.opened();
    speak(22_000, () => lines[1]?.events.pong());
    expect(lost).toEqual(['terminated']);
    expect(lines[1]?.heardBytes).toBe(bytesOfMs(20 + 6_100 + 260 + 22_000));
    expect(stream.blindMs).toBe(0);
  });

  it('keeps a recogniser that answers pings, however long it thinks', () => {
    const { lines, speak } = start();
    speak(20);
    lines[0]?.events.opened();
    speak(29_000, () => lines[0]?.events.pong());
    expect(lines).toHaveLength(1);
  });

  it('takes garbage for no answer', () => {
    const { lines, speak } = start();
    speak(20);
    lines[0]?.events.opened();
    speak(30_000, () => {
      lines[0]?.events.pong();
      lines[0]?.events.message('<<<');
    });
    expect(lines[0]?.isTerminated).toBe(true);
  });

  it('leaves a connection whose network takes no more', () => {
    const { lines, speak } = start();
    speak(20);
    const [line] = lines;
    line?.events.opened();
    if (line !== undefined) line.bufferedBytes = bytesOfMs(2_000);
    speak(2_900, () => line?.events.pong());
    expect(line?.isTerminated).toBe(false);
    speak(200, () => line?.events.pong());
    expect(line?.isTerminated).toBe(true);
  });

  it('counts as blind what a dead connection never answered and the outage outlasted', () => {
    const { lines, speak, stream } = start();
    speak(20);
    lines[0]?.events.opened();
    speak(3_980);
    lines[0]?.events.message(result('hello', 0, 1));
    lines[0]?.events.closed({ provider: 'deepgram', code: '1006', message: '', retryable: true });
    speak(10_000);
    // 14 s were spoken, the first was answered for, the last seven are kept.
    expect(stream.blindMs).toBe(14_000 - 1_000 - 7_000);
  });

  it('ends within its time though the recogniser says nothing more', async () => {
    const { lines, speak, stream, clock } = start();
    speak(1_000);
    lines[0]?.events.opened();
    const over = stream.finish();
    clock.advance(10_000);
    await over;
    expect(stream.blindMs).toBe(1_000);
    expect(lines.every(({ isTerminated }) => isTerminated)).toBe(true);
  });
});

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));
