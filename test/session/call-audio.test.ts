import { describe, expect, it } from 'vitest';
import { bytesOfMs } from '../../src/call/audio.ts';
import { callSidSchema } from '../../src/call/ids.ts';
import { createCallAudio } from '../../src/session/call-audio.ts';
import type { Transcriber, TranscriptSegment } from '../../src/transcription/transcriber.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { settled } from '../support/settled.ts';

const SECOND = new Uint8Array(bytesOfMs(1_000));

/** A recogniser that says what the test lets it say. */
function start(
  onSegment: (segment: TranscriptSegment) => void = () => undefined,
  finish: () => Promise<void> = async () => undefined,
) {
  const clock = createFakeClock();
  const starts: number[] = [];
  const say: Array<(segment: TranscriptSegment) => void> = [];
  const transcriber: Transcriber = {
    open({ startAtMs }, onSegment) {
      starts.push(startAtMs);
      say.push(onSegment);
      return {
        write: () => undefined,
        flush: () => undefined,
        languageChanged: () => undefined,
        finish,
        blindMs: 0,
        unansweredMs: 0,
      };
    },
  };
  const failures: unknown[] = [];
  const drained = { times: 0 };
  const callSid = callSidSchema.parse(`CA${'0'.repeat(32)}`);
  const audio = createCallAudio({ callSid, language: () => 'en-US' }, transcriber, clock, {
    segment: onSegment,
    attached: () => undefined,
    detached: () => undefined,
    drained: () => {
      drained.times += 1;
    },
    failed: (error) => failures.push(error),
  });
  return { clock, audio, starts, say, failures, drained };
}
const segment = (text: string): TranscriptSegment => ({
  isFinal: true,
  speaker: 'unknown',
  text,
  startMs: 0,
  endMs: 1,
});

describe('the audio of a call', () => {
  it('counts as blind what lies between its streams, from the last audio on', () => {
    const { clock, audio, starts } = start();
    const first = audio.attach(() => undefined);
    clock.advance(1_000);
    first.write(SECOND);
    first.flush();
    clock.advance(4_000); // the network is gone, and nobody knows yet
    first.close('lost');
    clock.advance(2_000);
    audio.attach(() => undefined);
    expect(audio.blindMs).toBe(6_000);
    expect(starts).toEqual([0, 7_000]);
  });

  it('counts as blind what a stream passed over, though all around it is read at once, but no more than it has lasted', () => {
    const { clock, audio } = start();
    const sink = audio.attach(() => undefined);
    clock.advance(4_000);
    sink.write(SECOND);
    sink.missed(500);
    sink.write(SECOND);
    expect(audio.blindMs).toBe(500);
    sink.missed(60_000);
    expect(audio.blindMs).toBe(2_000);
    sink.missed(20);
    expect(audio.blindMs).toBe(2_000);
  });

  it('tells how long a lost stream has been missed, and counts it once another opens', () => {
    const { clock, audio } = start();
    const sink = audio.attach(() => undefined);
    sink.write(SECOND);
    sink.close('lost');
    clock.advance(2_000);
    expect([audio.lostMs, audio.blindMs]).toEqual([2_000, 0]);
    clock.advance(1_000);
    audio.attach(() => undefined);
    expect(audio.lostMs).toBe(0);
    expect(audio.blindMs).toBe(3_000);
  });

  it('counts the silence of a stream that a newer one replaces', () => {
    const { clock, audio } = start();
    audio.attach(() => undefined).write(SECOND);
    clock.advance(5_000);
    audio.attach(() => undefined);
    expect(audio.blindMs).toBe(5_000);
  });

  it('counts what came after a lost stream that never came back, and nothing after one that was stopped', async () => {
    for (const [reason, blindMs] of [
      ['lost', 3_000],
      ['stopped', 0],
    ] as const) {
      const { clock, audio } = start();
      const sink = audio.attach(() => undefined);
      sink.write(SECOND);
      sink.close(reason);
      clock.advance(3_000);
      await audio.finish(0);
      expect(audio.blindMs).toBe(blindMs);
    }
  });

  it('goes on after a segment that breaks', async () => {
    const heard: string[] = [];
    const { audio, say, failures } = start(({ text }) => {
      if (text === 'broken') throw new Error('a bug');
      heard.push(text);
    });
    audio.attach(() => undefined);
    for (const text of ['one', 'broken', 'two']) say[0]?.(segment(text));
    await settled();
    expect(heard).toEqual(['one', 'two']);
    expect(failures).toEqual([new Error('a bug')]);
  });

  it.each([
    ['', async () => undefined, 0],
    [', though the recogniser’s adapter fails', async () => Promise.reject(new Error('a bug')), 1],
  ])('is drawn out once all its streams are%s', async (_, finish, failed) => {
    const { audio, drained, failures } = start(undefined, finish);
    const first = audio.attach(() => undefined);
    const second = audio.attach(() => undefined);
    await settled();
    expect(drained.times).toBe(0);
    second.close('lost');
    first.close('lost');
    await settled();
    expect(drained.times).toBe(1);
    expect(failures).toHaveLength(2 * failed);
    await audio.finish(0);
  });
});
