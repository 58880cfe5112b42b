import { describe, expect, it } from 'vitest';
import { bytesOfMs, msOfBytes } from '../../../src/call/audio.ts';
import { callSidSchema } from '../../../src/call/ids.ts';
import type { CarrierEvent, CarrierRecogniser } from '../../../src/transcription/carrier-recogniser.ts';
import type { DeepgramSocketEvents, DialDeepgram } from '../../../src/transcription/deepgram/deepgram-socket.ts';
import { createDeepgramTranscriber } from '../../../src/transcription/deepgram/deepgram-transcriber.ts';
import { createFallback } from '../../../src/transcription/fallback.ts';
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
  pingMs: 1_500,
  finishMs: 10_000,
};
const FRAME_MS = 20;

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

const CALL_SID = callSidSchema.parse(`CA${'0'.repeat(32)}`);
const REFUSING: CarrierRecogniser = {
  start: async () => ({ ok: false, failure: { provider: 'twilio', code: '20003', message: '', retryable: true } }),
  stop: async () => null,
};

function start(carrier = REFUSING) {
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
    limits: LIMITS,
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

const result = (word: string, start: number, end: number): object => ({
  type: 'Results',
  start,
  duration: end - start,
  is_final: true,
  channel: { alternatives: [{ transcript: word, words: [{ word, start, end }] }] },
});

describe('the transcript of a stream', () => {
  it('is asked for in one message of all that is at hand', () => {
    const { lines, speak, stream } = start();
    speak(20);
    lines[0]?.events.opened();
    for (let frame = 0; frame < 5; frame++) stream.write(new Uint8Array(bytesOfMs(FRAME_MS)));
    expect(lines[0]?.messagesMs).toEqual([20]);
    stream.flush();
    expect(lines[0]?.messagesMs).toEqual([20, 100]);
    stream.flush();
    expect(lines[0]?.messagesMs).toEqual([20, 100]);
  });

  it('sends its last audio at once when it is finished', () => {
    const { lines, speak, stream } = start();
    speak(20);
    lines[0]?.events.opened();
    stream.write(new Uint8Array(bytesOfMs(FRAME_MS)));
    void stream.finish();
    expect(lines[0]?.messagesMs).toEqual([20, 20]);
  });

  it('is asked for though the stream ends before its first audio was sent', () => {
    const { lines, stream } = start();
    stream.write(new Uint8Array(bytesOfMs(FRAME_MS)));
    void stream.finish();
    lines[0]?.events.opened();
    expect(lines[0]?.messagesMs).toEqual([20]);
  });

  it('keeps its times when audio left the backlog while the socket opened', async () => {
    const { lines, speak, segments, stream } = start();
    speak(8_000);
    lines[0]?.events.opened();
    speak(20);
    expect(stream.blindMs).toBe(1_000);
    lines[0]?.events.message(result('hello', 0, 0.5));
    await settled();
    expect(segments).toMatchObject([{ text: 'hello', startMs: 1_000, endMs: 1_500 }]);
  });

  it('is heard again in another language, as far as it was not recognised, when that becomes known', async () => {
    const { lines, speak, segments, changeLanguage, clock, stream } = start();
    changeLanguage('es');
    expect(lines).toEqual([]);
    speak(20);
    lines[0]?.events.opened();
    speak(980);
    lines[0]?.events.message(result('hola', 0, 0.4));
    changeLanguage('en-GB');
    expect(lines[0]?.isTerminated).toBe(true);
    clock.advance(250);
    lines[1]?.events.opened();
    clock.advance(1_000);
    expect(lines.map(({ language }) => language)).toEqual(['es', 'en-GB']);
    expect(lines[1]?.messagesMs.reduce((sum, ms) => sum + ms)).toBe(600);
    lines[1]?.events.message(result('hello', 0, 0.5));
    await settled();
    expect(segments.map(({ text }) => text)).toEqual(['hola', 'hello']);
    expect(stream.blindMs).toBe(0);
  });

  it('leaves a recogniser that is gone without a word before the backlog runs over', () => {
    const { lines, speak, stream, lost } = start();
    speak(20);
    lines[0]?.events.opened();
    lines[0]?.events.pong();
    speak(6_100);
    expect(lines[0]).toMatchObject({ pings: 2, isTerminated: true });
    speak(260);
    lines[1]?.events.opened();
    speak(22_000, () => lines[1]?.events.pong());
    expect(lost).toEqual(['terminated']);
    expect(lines[1]?.messagesMs.reduce((sum, ms) => sum + ms)).toBe(20 + 6_100 + 260 + 22_000);
    expect(stream.blindMs).toBe(0);
  });

  it('keeps a recogniser that answers pings, however long it thinks', () => {
    const { lines, speak } = start();
    speak(20);
    lines[0]?.events.opened();
    speak(29_000, () => lines[0]?.events.pong());
    expect(lines).toHaveLength(1);
  });

  it('does not ping a recogniser that speaks', () => {
    const { lines, speak } = start();
    speak(20);
    lines[0]?.events.opened();
    speak(10_000, () => lines[0]?.events.message(result('', 0, 0.02)));
    expect(lines[0]).toMatchObject({ pings: 0, isTerminated: false });
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

/** Twilio's end of a fallback, in the test's hands. */
function carrierLine() {
  const starts: string[] = [];
  const stops: string[] = [];
  let sequence = 0;
  const carrier: CarrierRecogniser = {
    async start(_callSid, startId) {
      starts.push(startId);
      return { ok: true, transcriptionSid: `GT${starts.length}` };
    },
    async stop(_callSid, transcriptionSid) {
      stops.push(transcriptionSid);
      return null;
    },
  };
  const message = (event: CarrierEvent, number = ++sequence) => ({
    callSid: CALL_SID,
    startId: starts.at(-1) ?? 'none',
    sequence: number,
    event,
  });
  return { carrier, starts, stops, message, words: (text: string) => message({ type: 'final', text }) };
}

const GONE = { provider: 'deepgram', code: '1006', message: '', retryable: true } as const;

describe('a stream whose recogniser is away', () => {
  /** Deepgram hears 4 s and answers for them, then is lost; Twilio is asked 2 s later, and listens. */
  async function covered() {
    const twilio = carrierLine();
    const call = start(twilio.carrier);
    call.speak(100);
    call.lines[0]?.events.opened();
    call.speak(3_900);
    call.lines[0]?.events.message(result('hello', 0, 4));
    call.lines[0]?.events.closed(GONE);
    call.speak(2_000);
    await settled();
    call.fallback.hear(twilio.message({ type: 'started' }));
    return { ...call, twilio };
  }

  it('is heard by Twilio instead, and only what nobody heard is blind', async () => {
    const { twilio, speak, fallback, segments, stream } = await covered();
    expect(twilio.starts).toHaveLength(1);
    speak(20_000);
    fallback.hear(twilio.words('read me the code'));
    await settled();
    // 26 s are spoken; the utterance ended 300 ms ago, of four words at the usual pace.
    expect(segments.at(-1)).toMatchObject({ text: 'read me the code', startMs: 24_100, endMs: 25_700 });
    expect(stream.blindMs).toBe(2_000);
    expect(twilio.starts).toHaveLength(1);
  });

  it('goes back at the first result, hears again what nobody told, and no word stands twice', async () => {
    const { twilio, speak, fallback, lines, segments, stream } = await covered();
    speak(2_000);
    fallback.hear(twilio.words('the code'));
    fallback.hear({ ...twilio.words('the code'), sequence: 2 });
    lines.at(-1)?.events.opened();
    speak(1_000, () => lines.at(-1)?.events.pong());
    expect(twilio.stops).toEqual([]);
    const words = [
      { word: 'read', start: 0.5, end: 1 },
      { word: 'code', start: 3, end: 3.5 },
      { word: 'now', start: 4.2, end: 4.5 },
    ];
    lines.at(-1)?.events.message({
      ...result('', 0, 5),
      channel: { alternatives: [{ transcript: 'read code now', words }] },
    });
    fallback.hear(twilio.words('now'));
    await settled();
    expect(twilio.stops).toEqual(['GT1']);
    expect(segments.map(({ text }) => text)).toEqual(['hello', 'the code', 'read now']);
    expect(stream.blindMs).toBe(0);
  });

  it('keeps what Twilio still held back of audio that the backlog has lost', async () => {
    const { twilio, speak, fallback, lines, segments, stream } = await covered();
    speak(20_000);
    lines.at(-1)?.events.opened();
    speak(20);
    lines.at(-1)?.events.message(result('later', 6, 7));
    fallback.hear(twilio.words(Array.from({ length: 40 }, (_, i) => `w${i}`).join(' ')));
    await settled();
    const [, later, held] = segments;
    expect(later?.text).toBe('later');
    // Deepgram took the audio up again 7 s before its end.
    expect(held?.endMs).toBe(19_000);
    expect(held?.text.split(' ').length).toBeGreaterThan(20);
    expect(held?.text.split(' ').length).toBeLessThan(40);
    expect(stream.blindMs).toBe(2_000);
  });

  it('is blind again where Twilio broke off, and is not heard twice at once', async () => {
    const { twilio, speak, fallback, stream } = await covered();
    speak(10_000);
    fallback.hear(twilio.words('hello'));
    speak(5_000);
    expect(stream.blindMs).toBe(2_000);
    fallback.hear(
      twilio.message({ type: 'error', failure: { provider: 'twilio', code: '32655', message: '', retryable: true } }),
    );
    speak(1_000);
    expect(twilio.starts).toHaveLength(1);
    // 22 s are spoken, told until 15.7 s, and the backlog holds the last 7 s.
    expect(stream.blindMs).toBe(2_000);
    speak(2_000);
    await settled();
    expect(twilio.starts).toHaveLength(2);
    expect(stream.blindMs).toBe(2_000 + 24_000 - 7_000 - 15_700);
  });

  it('counts as blind what a Twilio that never said anything should have heard', async () => {
    const twilio = carrierLine();
    const { speak, stream, lines } = start(twilio.carrier);
    speak(20);
    lines[0]?.events.closed(GONE);
    speak(19_980);
    await settled();
    expect(twilio.starts).toHaveLength(1);
    expect(stream.blindMs).toBe(13_000);
  });

  it('ends at once when Twilio has told the rest', async () => {
    const { twilio, speak, fallback, stream, segments } = await covered();
    speak(20_000);
    const over = stream.finish();
    await settled();
    expect(twilio.stops).toEqual(['GT1']);
    fallback.hear(twilio.words('goodbye'));
    fallback.hear(twilio.message({ type: 'stopped' }));
    await over;
    expect(segments.at(-1)?.text).toBe('goodbye');
    expect(stream.blindMs).toBe(2_000);
    fallback.hear(twilio.words('too late'));
  });

  it('waits for the last words of Twilio, whose end has overtaken them', async () => {
    const { twilio, speak, fallback, stream, segments } = await covered();
    speak(20_000);
    const over = stream.finish();
    const last = twilio.words('goodbye');
    fallback.hear(twilio.message({ type: 'stopped' }));
    fallback.hear(last);
    await over;
    expect(segments.map(({ text }) => text)).toEqual(['hello', 'goodbye']);
  });

  it('that comes back as the call ends is not told twice', async () => {
    const { twilio, speak, fallback, stream, segments, lines, clock } = await covered();
    speak(2_000);
    const over = stream.finish();
    lines.at(-1)?.events.opened();
    clock.advance(4_000);
    lines.at(-1)?.events.message(result('goodbye', 2.5, 3.5));
    fallback.hear(twilio.words('goodbye'));
    clock.advance(10_000);
    await over;
    expect(segments.map(({ text }) => text)).toEqual(['hello', 'goodbye']);
  });

  it('stops a transcription that came too late to be wanted', async () => {
    let answer: (sid: string) => void = () => undefined;
    const twilio = carrierLine();
    const { speak, lines } = start({
      ...twilio.carrier,
      start: () =>
        new Promise((resolve) => {
          answer = (transcriptionSid) => resolve({ ok: true, transcriptionSid });
        }),
    });
    speak(2_100);
    lines[0]?.events.opened();
    lines[0]?.events.message(result('hello', 0, 1));
    answer('GT9');
    await settled();
    expect(twilio.stops).toEqual(['GT9']);
  });
});

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));
