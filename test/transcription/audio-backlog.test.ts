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
    expect(backlog.rewind()).toBe(200 - bytesOfMs(10));
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
    const gone = Math.max(0, backlog.writtenBytes + bytes - CAPACITY);
    loseBetween(model, Math.max(model.settledUntil, backlog.sentBytes), gone);
    if (gone > backlog.sentBytes) model.settledUntil = Math.max(model.settledUntil, gone);
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
    const gone = Math.max(0, backlog.writtenBytes - CAPACITY);
    loseBetween(model, model.settledUntil, gone);
    model.settledUntil = Math.max(model.settledUntil, gone);
    backlog.rewind();
  },
];

function loseBetween({ blind }: Model, from: number, until: number): void {
  for (let position = from; position < until; position++) blind.add(position);
}
