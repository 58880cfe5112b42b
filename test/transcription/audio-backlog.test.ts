import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfMs } from '../../src/call/audio.ts';
import { type AudioBacklog, createAudioBacklog } from '../../src/transcription/audio-backlog.ts';

/** Audio whose every byte tells its own position. */
const audio = (from: number, length: number) => Uint8Array.from({ length }, (_, i) => (from + i) % 251);
const drain = (backlog: AudioBacklog): number[] => {
  const bytes: number[] = [];
  for (let chunk = backlog.take(64); chunk !== null; chunk = backlog.take(64)) bytes.push(...chunk);
  return bytes;
};

describe('an audio backlog', () => {
  it('gives every byte once and in order', () => {
    const backlog = createAudioBacklog({ backlogMs: 100, overlapMs: 0 });
    backlog.write(audio(0, 300));
    expect(drain(backlog)).toEqual([...audio(0, 300)]);
    backlog.write(audio(300, 700));
    expect(drain(backlog)).toEqual([...audio(300, 700)]);
    expect(backlog.blindMs).toBe(0);
  });

  it('sends again what was not settled, from a little before it', () => {
    const backlog = createAudioBacklog({ backlogMs: 100, overlapMs: 10 });
    backlog.write(audio(0, 400));
    drain(backlog);
    backlog.settle(200);
    backlog.rewind();
    expect(backlog.sentBytes).toBe(200 - bytesOfMs(10));
    expect(drain(backlog)).toEqual([...audio(120, 280)]);
    expect(backlog.blindMs).toBe(0);
  });

  it('counts as blind what no connection heard before it had to go', () => {
    const backlog = createAudioBacklog({ backlogMs: 100, overlapMs: 0 });
    backlog.write(audio(0, bytesOfMs(150)));
    expect(backlog.blindMs).toBe(50);
    expect(drain(backlog)).toEqual([...audio(bytesOfMs(50), bytesOfMs(100))]);
  });

  it('counts as blind what a dead connection never answered and cannot be sent again', () => {
    const backlog = createAudioBacklog({ backlogMs: 100, overlapMs: 0 });
    for (let at = 0; at < bytesOfMs(300); at += 160) {
      backlog.write(audio(at, 160));
      drain(backlog);
    }
    expect(backlog.blindMs).toBe(0);
    backlog.settle(bytesOfMs(120));
    backlog.rewind();
    expect(backlog.blindMs).toBe(80);
  });

  it('counts as blind what was sent to a connection that then fell too far behind', () => {
    const backlog = createAudioBacklog({ backlogMs: 100, overlapMs: 0 });
    backlog.write(audio(0, bytesOfMs(80)));
    backlog.take(bytesOfMs(40));
    backlog.write(audio(bytesOfMs(80), bytesOfMs(70)));
    expect(backlog.blindMs).toBe(50);
    expect(backlog.sentBytes).toBe(bytesOfMs(50));
  });

  it('counts as blind what is left when nobody will hear it', () => {
    const backlog = createAudioBacklog({ backlogMs: 100, overlapMs: 0 });
    backlog.write(audio(0, bytesOfMs(60)));
    drain(backlog);
    backlog.settle(bytesOfMs(20));
    backlog.abandon();
    expect(backlog.blindMs).toBe(40);
    expect(backlog.unsentBytes).toBe(0);
  });

  it('takes a frame that is longer than itself', () => {
    const backlog = createAudioBacklog({ backlogMs: 10, overlapMs: 0 });
    backlog.write(audio(0, bytesOfMs(35)));
    expect(drain(backlog)).toEqual([...audio(bytesOfMs(25), bytesOfMs(10))]);
    expect(backlog.blindMs).toBe(25);
  });

  it('counts every byte that was never answered for once, and no other, whatever happens', () => {
    const step = fc.tuple(fc.constantFrom(...STEPS), fc.integer({ min: 1, max: 400 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const backlog = createAudioBacklog({ backlogMs: 50, overlapMs: 5 });
        const model: Model = { blind: new Set(), settledUntil: 0 };
        for (const [does, bytes] of steps) does(backlog, model, bytes);
        expect(backlog.blindMs).toBe(Math.round(model.blind.size / 8));
      }),
      { numRuns: 500 },
    );
  });
});

/** The same account, kept byte by byte. */
interface Model {
  readonly blind: Set<number>;
  settledUntil: number;
}
type Step = (backlog: AudioBacklog, model: Model, bytes: number) => void;

const CAPACITY = bytesOfMs(50);
const STEPS: readonly Step[] = [
  function write(backlog, model, bytes) {
    const gone = backlog.writtenBytes + bytes - CAPACITY;
    if (gone > backlog.sentBytes) giveUp(model, gone);
    backlog.write(audio(backlog.writtenBytes, bytes));
  },
  function take(backlog, _model, bytes) {
    const from = backlog.sentBytes;
    const chunk = backlog.take(bytes) ?? [];
    expect([...chunk]).toEqual([...audio(from, chunk.length)]);
  },
  function settle(backlog, model, bytes) {
    model.settledUntil = Math.max(model.settledUntil, Math.min(backlog.sentBytes, model.settledUntil + bytes));
    backlog.settle(model.settledUntil);
  },
  function rewind(backlog, model) {
    giveUp(model, backlog.writtenBytes - CAPACITY);
    backlog.rewind();
  },
];

function giveUp(model: Model, until: number): void {
  for (let position = model.settledUntil; position < until; position++) model.blind.add(position);
  model.settledUntil = Math.max(model.settledUntil, until);
}
