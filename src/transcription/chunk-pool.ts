import { bytesOfMs } from '../call/audio.ts';

/** Twenty-five of Twilio's frames, so that none spans two chunks. */
export const CHUNK_BYTES = bytesOfMs(500);
/** What calls let go of at once, when many of them are answered or end together, and will want again: one megabyte. */
const MOST_SPARE = 256;

/**
 * Memory for the audio of all calls of a process, in chunks that one call after the other uses. Left to the garbage
 * collector they would outlive their use by far: audio waits for its words some seconds, which is old to a collector that
 * looks at what is young several times a second, and at the rest once in minutes.
 */
export interface ChunkPool {
  /** `CHUNK_BYTES` long, and empty. */
  take(): Uint8Array;
  giveBack(chunk: Uint8Array): void;
}

export function createChunkPool(): ChunkPool {
  const spare: Uint8Array[] = [];

  return {
    // A `Buffer`: `ws` would make one of it for each message.
    take: () => spare.pop() ?? Buffer.alloc(CHUNK_BYTES),
    giveBack(chunk) {
      if (spare.length >= MOST_SPARE) return;
      chunk.fill(0); // no call ever finds another's audio
      spare.push(chunk);
    },
  };
}
