import { type Finding, finding } from './finding.ts';
import type { EndedProcess } from './fleet.ts';
import { floors, type ProcessSample, slopePerHour } from './growth.ts';

const WARM_UP_MS = 30_000;
const JUDGED_MS = 60_000;
const FLOOR_MS = 5_000;
const MOST_RSS_MB = 400;
const MOST_MB_PER_MINUTE = 20;

export function processFinding(processes: readonly EndedProcess[]): Finding {
  const wrong = processes.filter(
    ({ signal, code, complaints }) => signal === null || (signal === 'SIGTERM' && code !== 0) || complaints.length > 0,
  );
  const described = wrong.map(
    ({ instance, run, signal, code, complaints }) =>
      `instance-${instance}-run-${run} (sent ${signal ?? 'nothing'}, ended with ${code}) ${complaints[0] ?? ''}`,
  );
  return finding('no process ends by an error of its own', described, `${wrong.length} of ${processes.length}`);
}

/** The slope of those that lived long enough to have one, and the most of all. */
export function growthFinding(samples: readonly ProcessSample[]): Finding {
  const runs = new Map<string, ProcessSample[]>();
  for (const sample of samples) {
    const name = `instance-${sample.instance}-run-${sample.run}`;
    runs.set(name, [...(runs.get(name) ?? []), sample]);
  }
  const grown = [...runs].map(([name, of]) => {
    const settled = of.filter(({ at }) => at - (of[0]?.at ?? 0) >= WARM_UP_MS);
    const judgedMs = (settled.at(-1)?.at ?? 0) - (settled[0]?.at ?? 0);
    const readings = floors(
      settled.map(({ at, rssMb }) => ({ at, value: rssMb })),
      FLOOR_MS,
    );
    const slope = judgedMs >= JUDGED_MS ? slopePerHour(readings) / 60 : Number.NaN;
    return { name, slope, mostMb: Math.max(...of.map(({ rssMb }) => rssMb)) };
  });
  const slopes = grown.map(({ slope }) => slope).filter((slope) => !Number.isNaN(slope));
  const tooMuch = grown.filter(({ slope, mostMb }) => slope > MOST_MB_PER_MINUTE || mostMb > MOST_RSS_MB);
  const most = Math.max(...grown.map(({ mostMb }) => mostMb));
  const steepest =
    slopes.length === 0
      ? 'none lived long enough for a slope'
      : `steepest ${Math.max(...slopes).toFixed(1)} MB a minute of ${slopes.length}`;
  return finding(
    'no process grows without bound',
    tooMuch.map(({ name }) => name),
    `${runs.size} processes, RSS at most ${most.toFixed(0)} MB, ${steepest}`,
  );
}
