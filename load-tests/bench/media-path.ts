import { quantile } from '../../src/evaluation/statistics.ts';
import { type Figures, type Measured, measure, type Sizes, type Slices } from '../media/measure.ts';
import { openStand } from '../media/stand.ts';
import { ratio } from './history.ts';

/**
 * What the media path costs, and how many calls a core carries: `npm run bench -- --only media`. Everything that is
 * compared is measured in one run, in turns, since two runs of a shared machine cannot be compared.
 */
interface MediaPathOptions {
  /** With how many the handlers are compared. */
  readonly calls: number;
  /** With how many more the service is measured. */
  readonly sizes: readonly number[];
  /** Measured of each run. */
  readonly seconds: number;
  /**
   * For how many seconds all calls go on before they are measured: a fresh process compiles its code for a while, in
   * threads that are counted with it.
   */
  readonly warm: number;
  readonly repetitions: number;
  /** With how many calls the search for the most begins; 0: none. */
  readonly most: number;
  readonly step: number;
}

const COMPARED: readonly Measured[] = ['floor', 'plain', 'service'];
const RAMP_MS_PER_CALL = 20;
const LATER_SCAMS = 40;
/** What a call is promised: forwarding within this, its turn included, and no frame lost. */
const FORWARD_LIMIT_MS = 120;
/** Telephones that are later than this measure themselves. */
const TELEPHONES_LATE_MS = 50;
const HANDSHAKES_MS = 2_000;

interface Run {
  readonly kind: Measured;
  readonly calls: number;
  readonly figures: Figures;
}

type RunOnce = (kind: Measured, calls: number, laterScams?: number) => Promise<Figures>;
type Medians = ReturnType<typeof medians>;

export type MediaPathFigures = Awaited<ReturnType<typeof measureMediaPath>>;

export async function measureMediaPath(options: MediaPathOptions, say: (line: string) => void) {
  const { calls: compared, seconds, warm, repetitions, step } = options;
  const sizes = [compared, ...options.sizes];
  const runs: Run[] = [];
  const stand = await openStand();
  for (const line of [
    `Method: ${repetitions} repetitions in turns, medians; ${seconds} s measured each, after ${warm} s of the same to warm up, in real time, a frame every 20 ms a call.`,
    'floor: ws receives and discards; plain: JSON.parse, and each frame forwarded; service: all of it, every twentieth call a scam,',
    `with Postgres, a model's stand-in and ${stand.redisUrl !== null ? 'Redis' : 'no Redis (there is no redis-server here)'}. Handlers, telephones and recogniser each on a core of their own, as far as there are four.`,
    `Alerts: of ${LATER_SCAMS} scams that begin after the window, beside all calls; the first alerts: of those among the first calls.`,
    'Slices: by the clock, from where a piece of work begins until the event loop goes on; the collector and other processes on the core (waitedPercent) included.',
  ]) {
    say(line);
  }
  const runOnce: RunOnce = async (kind, calls, laterScams = 0) => {
    const figures = await measure(stand, kind, calls, { ...sizesOf(calls, options), laterScams });
    runs.push({ kind, calls, figures });
    say(`  ${kind}, ${calls} calls: ${inWords(figures)}`);
    return figures;
  };
  let most: number | null;
  try {
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const kind of COMPARED) await runOnce(kind, compared, kind === 'service' ? LATER_SCAMS : 0);
      for (const calls of options.sizes) await runOnce('service', calls, LATER_SCAMS);
    }
    most = options.most > 0 ? await findMost(runOnce, options.most, step) : null;
  } finally {
    await stand.close();
  }
  const floor = medians(runs, 'floor', compared);
  const plain = medians(runs, 'plain', compared);
  const service = medians(runs, 'service', compared);
  const alike = `${compared} calls, ${warm} s to warm up`;
  return {
    options,
    compared: { floor, plain, service },
    service: Object.fromEntries(sizes.map((calls) => [calls, medians(runs, 'service', calls)])),
    slices: Object.fromEntries(sizes.map((calls) => [calls, slicesOf(runs, calls)])),
    oneMoreCall: oneMoreCall(runs, Math.min(...sizes), Math.max(...sizes)),
    most,
    comparable: {
      [`CPU time a frame to the floor's, service, ${alike}`]: ratio(service.cpuUsPerFrame, floor.cpuUsPerFrame),
      [`CPU time a frame to the floor's, plain, ${alike}`]: ratio(plain.cpuUsPerFrame, floor.cpuUsPerFrame),
      [`Instructions a frame to the floor's, service, ${alike}`]: ratio(
        service.instructionsPerFrame,
        floor.instructionsPerFrame,
      ),
      ...(most === null ? {} : { [mostOf(options)]: most }),
    },
  };
}

export function reportMediaPath({ options, compared, service, slices, oneMoreCall }: MediaPathFigures): string[] {
  const columns: Array<readonly [title: string, Medians]> = Object.entries(compared).map(([kind, each]) => [
    `${kind}, ${options.calls}`,
    each,
  ]);
  for (const calls of options.sizes) {
    const each = service[calls];
    if (each !== undefined) columns.push([`service, ${calls}`, each]);
  }
  const rows = Object.keys(compared.floor) as Array<keyof Medians>;
  const cell = (value: number | null): string => (value === null ? '–' : value.toFixed(value < 100 ? 1 : 0));
  const table = [
    ['', ...columns.map(([title]) => title)],
    ...rows.map((row) => [row, ...columns.map(([, each]) => cell(each[row]))]),
  ];
  const lines = table.map((cells) => cells.map((text) => text.padEnd(22)).join(''));
  for (const [calls, ofCalls] of Object.entries(slices)) {
    const each = Object.entries(ofCalls).map(([part, { count, over5Ms }]) => {
      const share = count === 0 ? 0 : (100 * over5Ms) / count;
      return `${part} ${over5Ms} of ${count} (${share.toFixed(2)} %)`;
    });
    lines.push(`Slices that held the event loop for more than 5 ms, service, ${calls}: ${each.join(', ')}`);
  }
  if (oneMoreCall !== null) {
    const { few, many, heapKb, buffersKb, rssKb } = oneMoreCall;
    const held = `${heapKb.toFixed(0)} kB of the heap and ${buffersKb.toFixed(0)} kB of buffers held`;
    lines.push(`One more call, between ${few} and ${many}: ${held}, ${rssKb.toFixed(0)} kB of RSS with the garbage`);
  }
  return lines;
}

function sizesOf(calls: number, { warm, seconds }: MediaPathOptions): Omit<Sizes, 'laterScams'> {
  return { rampMs: HANDSHAKES_MS + calls * RAMP_MS_PER_CALL, warmMs: warm * 1_000, windowMs: seconds * 1_000 };
}

const mostOf = ({ most, step, warm }: MediaPathOptions): string =>
  `Calls on one core with every promise kept, from ${most} in steps of ${step}, ${warm} s to warm up`;

function inWords({ cpuUsPerFrame, forwardP99Ms, lost, lateMs, refused, closed }: Figures): string {
  const parts = [`${cpuUsPerFrame.toFixed(1)} µs a frame`];
  if (forwardP99Ms !== null) parts.push(`forwarded within ${forwardP99Ms.toFixed(0)} ms at p99`, `${lost} lost`);
  if (lateMs > TELEPHONES_LATE_MS)
    parts.push(`the telephones were up to ${lateMs.toFixed(0)} ms late: too busy a machine`);
  if (refused.length > 0) parts.push(`${refused.length} streams refused (${[...new Set(refused)].join(', ')})`);
  if (closed > 0) parts.push(`${closed} streams closed`);
  return parts.join(', ');
}

/** The most calls with which every promise was kept, going up until one was not. */
async function findMost(runOnce: RunOnce, from: number, step: number): Promise<number> {
  let kept = 0;
  for (let calls = from; ; calls += step) {
    const { forwardP99Ms, lost, refused, closed } = await runOnce('service', calls);
    if ((forwardP99Ms ?? 0) > FORWARD_LIMIT_MS || (lost ?? 0) > 0 || refused.length + closed > 0) return kept;
    kept = calls;
  }
}

function medians(runs: readonly Run[], kind: Measured, calls: number) {
  const figures = runs.filter((each) => each.kind === kind && each.calls === calls).map((each) => each.figures);
  const median = (of: (figures: Figures) => number | null): number | null => {
    const known = figures
      .map(of)
      .filter((value) => value !== null)
      .sort((a, b) => a - b);
    const [lower, upper] = [known[Math.floor((known.length - 1) / 2)], known[Math.floor(known.length / 2)]];
    return lower === undefined || upper === undefined ? null : (lower + upper) / 2;
  };
  const alertsMs = figures.flatMap((each) => each.alertsMs);
  const firstAlertsMs = figures.flatMap((each) => each.firstAlertsMs);
  return {
    cpuUsPerFrame: median((each) => each.cpuUsPerFrame),
    instructionsPerFrame: median((each) => each.instructionsPerFrame),
    corePercent: median((each) => each.corePercent),
    waitedPercent: median((each) => each.waitedPercent),
    forwardP50Ms: median((each) => each.forwardP50Ms),
    forwardP99Ms: median((each) => each.forwardP99Ms),
    framesPerMessage: median((each) => each.framesPerMessage),
    loopLagP99Ms: median((each) => each.loopLagP99Ms),
    rssKbPerCall: median((each) => each.rssKbPerCall),
    heapKbPerCall: median((each) => each.heapKbPerCall),
    buffersKbPerCall: median((each) => each.buffersKbPerCall),
    lost: figures.reduce((sum, { lost }) => sum + (lost ?? 0), 0),
    alerts: alertsMs.length,
    alertP50Ms: quantile(alertsMs, 0.5),
    alertP99Ms: quantile(alertsMs, 0.99),
    firstAlerts: firstAlertsMs.length,
    firstAlertP99Ms: quantile(firstAlertsMs, 0.99),
  };
}

/** What each call beyond `few` takes, without what the process needs for the first. */
function oneMoreCall(runs: readonly Run[], few: number, many: number) {
  if (few === many) return null;
  const more = (perCall: 'heapKbPerCall' | 'buffersKbPerCall' | 'rssKbPerCall'): number => {
    const kb = (calls: number): number => (medians(runs, 'service', calls)[perCall] ?? Number.NaN) * calls;
    return (kb(many) - kb(few)) / (many - few);
  };
  return { few, many, heapKb: more('heapKbPerCall'), buffersKb: more('buffersKbPerCall'), rssKb: more('rssKbPerCall') };
}

/** All slices of all runs of the service with so many calls. */
function slicesOf(runs: readonly Run[], calls: number): Record<string, Slices> {
  const sums: Record<string, Slices> = {};
  for (const { figures } of runs.filter((each) => each.kind === 'service' && each.calls === calls))
    for (const [part, { count, over5Ms }] of Object.entries(figures.slices)) {
      const sum = sums[part] ?? { count: 0, over5Ms: 0 };
      sums[part] = { count: sum.count + count, over5Ms: sum.over5Ms + over5Ms };
    }
  return sums;
}
