import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfMs } from '../../src/call/audio.ts';
import {
  type AudioBacklog,
  type AudioBacklogLimits,
  createAudioBacklog,
} from '../../src/transcription/audio-backlog.ts';
import { CHUNK_BYTES, type ChunkPool, createChunkPool } from '../../src/transcription/chunk-pool.ts';

/** Audio whose every byte tells its own position. */
const audio = (from: number, length: number) => Uint8Array.from({ length }, (_, i) => (from + i) % 251);
const drain = (backlog: AudioBacklog): number[] => {
  const bytes: number[] = [];
  for (let chunk = backlog.take(64); chunk !== null; chunk = backlog.take(64)) bytes.push(...chunk);
  return bytes;
};

/** A pool that knows how many of its chunks are in use. */
function createWatchedPool(): ChunkPool & { readonly inUse: number } {
  const pool = createChunkPool();
  let inUse = 0;
  return {
    take() {
      inUse += 1;
      return pool.take();
    },
    giveBack(chunk) {
      inUse -= 1;
      pool.giveBack(chunk);
    },
    get inUse() {
      return inUse;
    },
  };
}

const openBacklog = (limits: AudioBacklogLimits, pool: ChunkPool = createChunkPool()): AudioBacklog =>
  createAudioBacklog(limits, pool);

describe('an audio backlog', () => {
  it('gives every byte once and in order', () => {
    const backlog = openBacklog({ backlogMs: 100, overlapMs: 0 });
    backlog.write(audio(0, 300));
    expect(drain(backlog)).toEqual([...audio(0, 300)]);
    backlog.write(audio(300, 700));
    expect(drain(backlog)).toEqual([...audio(300, 700)]);
    expect(backlog.blindMs).toBe(0);
  });

  it('sends again what was not settled, from a little before it', () => {
    const backlog = openBacklog({ backlogMs: 100, overlapMs: 10 });
    backlog.write(audio(0, 400));
    drain(backlog);
    backlog.settle(200);
    backlog.rewind();
    expect(backlog.sentBytes).toBe(200 - bytesOfMs(10));
    expect(drain(backlog)).toEqual([...audio(120, 280)]);
    expect(backlog.blindMs).toBe(0);
  });

  it('counts as blind what no connection heard before it had to go', () => {
    const backlog = openBacklog({ backlogMs: 100, overlapMs: 0 });
    backlog.write(audio(0, bytesOfMs(150)));
    expect(backlog.blindMs).toBe(50);
    expect(drain(backlog)).toEqual([...audio(bytesOfMs(50), bytesOfMs(100))]);
  });

  it('counts as blind what a dead connection never answered and cannot be sent again', () => {
    const backlog = openBacklog({ backlogMs: 100, overlapMs: 0 });
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
    const backlog = openBacklog({ backlogMs: 100, overlapMs: 0 });
    backlog.write(audio(0, bytesOfMs(80)));
    backlog.take(bytesOfMs(40));
    backlog.write(audio(bytesOfMs(80), bytesOfMs(70)));
    expect(backlog.blindMs).toBe(50);
    expect(backlog.sentBytes).toBe(bytesOfMs(50));
  });

  it('counts as blind what is left when nobody will hear it', () => {
    const backlog = openBacklog({ backlogMs: 100, overlapMs: 0 });
    backlog.write(audio(0, bytesOfMs(60)));
    drain(backlog);
    backlog.settle(bytesOfMs(20));
    backlog.abandon();
    expect(backlog.blindMs).toBe(40);
    expect(backlog.unsentBytes).toBe(0);
  });

  it('takes a frame that is longer than itself', () => {
    const backlog = openBacklog({ backlogMs: 10, overlapMs: 0 });
    backlog.write(audio(0, bytesOfMs(35)));
    expect(drain(backlog)).toEqual([...audio(bytesOfMs(25), bytesOfMs(10))]);
    expect(backlog.blindMs).toBe(25);
  });

  it('hands over what spans two chunks in one piece', () => {
    const backlog = openBacklog({ backlogMs: 1_000, overlapMs: 0 });
    backlog.write(audio(0, CHUNK_BYTES + 300));
    backlog.take(CHUNK_BYTES - 100);
    expect([...(backlog.take(200) ?? [])]).toEqual([...audio(CHUNK_BYTES - 100, 200)]);
  });

  it('holds the memory of what may be asked for again, and of nothing else', () => {
    const pool = createWatchedPool();
    const backlog = openBacklog({ backlogMs: 7_000, overlapMs: 250 }, pool);
    for (let at = 0; at < bytesOfMs(59_600); at += 160) {
      backlog.write(audio(at, 160));
      backlog.take(160);
      backlog.settle(backlog.writtenBytes - bytesOfMs(1_000));
      expect(pool.inUse).toBeLessThanOrEqual(4); // 1.25 s and what is begun at both ends
    }
    backlog.rewind();
    expect(drain(backlog)).toEqual([...audio(bytesOfMs(58_350), bytesOfMs(1_250))]);
    for (let at = 0; at < bytesOfMs(60_000); at += 160) backlog.write(audio(at, 160));
    expect(pool.inUse).toBeLessThanOrEqual(bytesOfMs(7_000) / CHUNK_BYTES + 1);
    for (let times = 0; times < 2; times++) backlog.abandon();
    expect(pool.inUse).toBe(0);
  });

  it('finds no audio in the memory that another call has used', () => {
    const pool = createChunkPool();
    const chunk = pool.take();
    chunk.fill(7);
    pool.giveBack(chunk);
    expect(pool.take().every((byte) => byte === 0)).toBe(true);
  });

  it('counts every byte that was never answered for once, and no other, whatever happens', () => {
    const step = fc.tuple(fc.constantFrom(...STEPS), fc.integer({ min: 1, max: 900 }));
    fc.assert(
      fc.property(fc.constantFrom(50, 650), fc.array(step, { maxLength: 80 }), (backlogMs, steps) => {
        const pool = createWatchedPool();
        const backlog = openBacklog({ backlogMs, overlapMs: 5 }, pool);
        const model: Model = { capacity: bytesOfMs(backlogMs), blind: new Set(), settledUntil: 0 };
        for (const [does, bytes] of steps) {
          does(backlog, model, bytes);
          expect(pool.inUse).toBeLessThanOrEqual(Math.ceil(model.capacity / CHUNK_BYTES) + 1);
        }
        expect(backlog.blindMs).toBe(Math.round(model.blind.size / 8));
      }),
      { numRuns: 500 },
    );
  });
});

/** The same account, kept byte by byte. */
interface Model {
  readonly capacity: number;
  readonly blind: Set<number>;
  settledUntil: number;
}
type Step = (backlog: AudioBacklog, model: Model, bytes: number) => void;

const STEPS: readonly Step[] = [
  function write(backlog, model, bytes) {
    const gone = backlog.writtenBytes + bytes - model.capacity;
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
    giveUp(model, backlog.writtenBytes - model.capacity);
    backlog.rewind();
  },
];

function giveUp(model: Model, until: number): void {
  for (let position = model.settledUntil; position < until; position++) model.blind.add(position);
  model.settledUntil = Math.max(model.settledUntil, until);
}
