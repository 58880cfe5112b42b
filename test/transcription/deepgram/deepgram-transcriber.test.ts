import { describe, expect, it } from 'vitest';
import { bytesOfMs } from '../../../src/call/audio.ts';
import { FRAME_MS, openStream, result } from '../../support/deepgram-stream.ts';
import { settled } from '../../support/settled.ts';

describe('the transcript of a stream', () => {
  it('is asked for in one message of all that is at hand', () => {
    const { lines, speak, stream } = openStream();
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
    const { lines, speak, stream } = openStream();
    speak(20);
    lines[0]?.events.opened();
    stream.write(new Uint8Array(bytesOfMs(FRAME_MS)));
    void stream.finish();
    expect(lines[0]?.messagesMs).toEqual([20, 20]);
  });

  it('is asked for though the stream ends before its first audio was sent', () => {
    const { lines, stream } = openStream();
    stream.write(new Uint8Array(bytesOfMs(FRAME_MS)));
    void stream.finish();
    lines[0]?.events.opened();
    expect(lines[0]?.messagesMs).toEqual([20]);
  });

  it('keeps its times when audio left the backlog while the socket opened', async () => {
    const { lines, speak, segments, stream } = openStream();
    speak(8_000);
    lines[0]?.events.opened();
    speak(20);
    expect(stream.blindMs).toBe(1_000);
    lines[0]?.events.message(result('hello', 0, 0.5));
    await settled();
    expect(segments).toMatchObject([{ text: 'hello', startMs: 1_000, endMs: 1_500 }]);
  });

  it('is heard again in another language, as far as it was not recognised, when that becomes known', async () => {
    const { lines, speak, segments, changeLanguage, clock, stream } = openStream();
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
    const { lines, speak, stream, lost } = openStream();
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
    const { lines, speak } = openStream();
    speak(20);
    lines[0]?.events.opened();
    speak(29_000, () => lines[0]?.events.pong());
    expect(lines).toHaveLength(1);
  });

  it('does not ping a recogniser that speaks', () => {
    const { lines, speak } = openStream();
    speak(20);
    lines[0]?.events.opened();
    speak(10_000, () => lines[0]?.events.message(result('', 0, 0.02)));
    expect(lines[0]).toMatchObject({ pings: 0, isTerminated: false });
  });

  it('takes garbage for no answer', () => {
    const { lines, speak } = openStream();
    speak(20);
    lines[0]?.events.opened();
    speak(30_000, () => {
      lines[0]?.events.pong();
      lines[0]?.events.message('<<<');
    });
    expect(lines[0]?.isTerminated).toBe(true);
  });

  it('leaves a connection whose network takes no more', () => {
    const { lines, speak } = openStream();
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
    const { lines, speak, stream } = openStream();
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
    const { lines, speak, stream, clock } = openStream();
    speak(1_000);
    lines[0]?.events.opened();
    const over = stream.finish();
    clock.advance(10_000);
    await over;
    expect(stream.blindMs).toBe(1_000);
    expect(lines.every(({ isTerminated }) => isTerminated)).toBe(true);
  });
});
