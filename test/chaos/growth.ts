import type { Instance } from './fleet.ts';

/** What one process held at one moment, by its own `/metrics`. */
export interface ProcessSample {
  readonly instance: number;
  readonly run: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly rssMb: number;
  readonly heapMb: number;
  /** What objects hold beside the heap. */
  readonly buffersMb: number;
  readonly handles: number;
  readonly timers: number;
  /** The 99th percentile since the sample before. */
  readonly loopLagMs: number;
}

export interface ProcessWatch {
  readonly samples: readonly ProcessSample[];
  stop(): void;
}

const ANSWER_TIMEOUT_MS = 1_000;
const BYTES_PER_MB = 2 ** 20;
const MS_PER_HOUR = 3_600_000;

/** Samples the instances every `everyMs`. One that does not answer in time is left out: it may be down on purpose. */
export function watchProcesses(
  instances: () => ReadonlyArray<Omit<Instance, 'isReady'>>,
  everyMs: number,
): ProcessWatch {
  const samples: ProcessSample[] = [];
  const timer = setInterval(() => {
    for (const { number, run, port } of instances()) {
      const url = `http://127.0.0.1:${port}/metrics`;
      fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
        .then((response) => response.text())
        .then(
          (text) => samples.push({ instance: number, run, at: Date.now(), ...readMetrics(text) }),
          () => undefined,
        );
    }
  }, everyMs);
  return { samples, stop: () => clearInterval(timer) };
}

function readMetrics(text: string) {
  const gauge = (name: string): number => {
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  };
  return {
    rssMb: gauge('process_resident_memory_bytes') / BYTES_PER_MB,
    heapMb: gauge('nodejs_heap_size_used_bytes') / BYTES_PER_MB,
    buffersMb: gauge('nodejs_external_memory_bytes') / BYTES_PER_MB,
    handles: gauge('nodejs_active_handles_total'),
    timers: gauge('nodejs_active_resources{type="Timeout"}'),
    loopLagMs: gauge('ethiq_event_loop_lag_seconds{quantile="0.99"}') * 1_000,
  };
}

export interface Reading {
  readonly at: number;
  readonly value: number;
}

/** The least of each window: garbage that waits for its collection does not count as growth. */
export function floors(readings: readonly Reading[], windowMs: number): Reading[] {
  const windows = new Map<number, Reading>();
  for (const reading of readings) {
    const window = Math.floor((reading.at - (readings[0]?.at ?? 0)) / windowMs);
    const least = windows.get(window);
    if (least === undefined || reading.value < least.value) windows.set(window, reading);
  }
  return [...windows.values()];
}

/** Theil and Sen: the median of the slopes between all pairs, which a single step or outlier does not move. */
export function slopePerHour(readings: readonly Reading[]): number {
  const slopes = readings.flatMap((one, index) =>
    readings
      .slice(index + 1)
      .filter((other) => other.at > one.at)
      .map((other) => ((other.value - one.value) / (other.at - one.at)) * MS_PER_HOUR),
  );
  return quantile(slopes, 0.5);
}

/** Not a number when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
