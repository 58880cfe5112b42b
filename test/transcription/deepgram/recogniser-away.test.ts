import { describe, expect, it } from 'vitest';
import type { CarrierEvent, CarrierRecogniser } from '../../../src/transcription/carrier-recogniser.ts';
import { CALL_SID, openStream, result } from '../../support/deepgram-stream.ts';
import { settled } from '../../support/settled.ts';

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
    const call = openStream(twilio.carrier);
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
    const { speak, stream, lines } = openStream(twilio.carrier);
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
    const { speak, lines } = openStream({
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
