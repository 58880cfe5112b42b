import { pino } from 'pino';
import type { Clock } from '../call/clock.ts';

/** Where the lines of the log go. Nothing that is logged ever throws, or waits for a disk to have room again. */
export interface LogOutput {
  readonly stream: pino.DestinationStream;
  /** Rejects while the last line could not be written. */
  probe(): Promise<void>;
}

export interface LogObserver {
  /** A line could not be written, nor kept. */
  lost(): void;
  /** A line held the event loop for so long. */
  held(ms: number): void;
}

const STDOUT = 1;
/** What is kept of lines that cannot be written, until the next that can. */
const MOST_KEPT_BYTES = 1 << 20;

/**
 * To stdout, or another open file. By itself the library throws from the middle of whatever is logging when a disk is
 * full, and stops the process for as long as a pipe is.
 */
export function openLogOutput(clock: Clock, observer: LogObserver, fd = STDOUT): LogOutput {
  let failure: Error | null = null;
  const stream = pino.destination({ fd, sync: true, maxLength: MOST_KEPT_BYTES, retryEAGAIN: () => false });
  stream.on('error', (error: Error) => {
    failure = error;
  });
  stream.on('write', () => {
    failure = null;
  });
  stream.on('drop', observer.lost);

  return {
    stream: {
      write(line) {
        const startedAtMs = clock.monotonicMs();
        stream.write(line);
        observer.held(clock.monotonicMs() - startedAtMs);
      },
    },
    async probe() {
      if (failure !== null) throw failure;
    },
  };
}
