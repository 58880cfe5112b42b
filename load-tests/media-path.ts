import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { quantile } from '../src/evaluation/statistics.ts';
import { type Figures, type Measured, measure, type Sizes, type Slices } from './media/measure.ts';
import { openStand } from './media/stand.ts';

/**
 * What the media path costs, and how many calls a core carries: a part of `npm run bench`. Everything that is compared is
 * measured in one run, in turns, since two runs of a shared machine cannot be compared.
 */
const { values: options } = parseArgs({
  options: {
    /** How many calls the three handlers are compared with, and how many more the service is measured with. */
    calls: { type: 'string', default: '400' },
    sizes: { type: 'string', default: '100,1000' },
    seconds: { type: 'string', default: '10' },
    repetitions: { type: 'string', default: '5' },
    /** With how many calls the search for the most begins, and in what steps it goes on; 0 for none. */
    most: { type: 'string', default: '1000' },
    step: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
    history: { type: 'string', default: resolve(import.meta.dirname, 'history.jsonl') },
  },
});

const COMPARED: readonly Measured[] = ['floor', 'plain', 'service'];
const RAMP_MS_PER_CALL = 20;
/** A fresh process compiles its code for a while, in threads that are counted with it. */
const WARM_MS = 10_000;
/** What a call is promised: forwarding within this, gathering included, and no frame lost. */
const FORWARD_LIMIT_MS = 120;
/** Telephones that are later than this measure themselves. */
const TELEPHONES_LATE_MS = 50;
const HANDSHAKES_MS = 2_000;

interface Run {
  readonly kind: Measured;
  readonly calls: number;
  readonly figures: Figures;
}

const say = (line: string): void => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`;
const compared = Number(options.calls);
const sizes = [compared, ...options.sizes.split(',').filter(Boolean).map(Number)];

const stand = await openStand();
say(
  [
    `Method: ${options.repetitions} repetitions in turns, medians; ${options.seconds} s measured each, in real time, a frame every 20 ms a call.`,
    'floor: ws receives and discards; plain: JSON.parse, and each frame forwarded; service: all of it, every twentieth call a scam,',
    `with Postgres, a model's stand-in and ${stand.redisUrl !== null ? 'Redis' : 'no Redis (there is no redis-server here)'}. Handlers, telephones and recogniser each on a core of their own, as far as there are four.`,
    'Slices: by the clock, from where a piece of work begins until the event loop goes on; the collector and other processes on the core (waitedPercent) included.',
    `Machine: ${machine}.`,
  ].join('\n'),
);

const runs: Run[] = [];
for (let repetition = 0; repetition < Number(options.repetitions); repetition++) {
  for (const kind of COMPARED) await run(kind, compared);
  for (const calls of sizes.slice(1)) await run('service', calls);
}
const most = Number(options.most) > 0 ? await findMost(Number(options.most), Number(options.step)) : null;
await stand.close();

const floor = medians('floor', compared);
const result = {
  commit: commit(),
  at: new Date().toISOString(),
  machine,
  calls: compared,
  compared: Object.fromEntries(COMPARED.map((kind) => [kind, medians(kind, compared)])),
  service: Object.fromEntries(sizes.map((calls) => [calls, medians('service', calls)])),
  cpuToFloor: ratio(medians('service', compared).cpuUsPerFrame, floor.cpuUsPerFrame),
  instructionsToFloor: ratio(medians('service', compared).instructionsPerFrame, floor.instructionsPerFrame),
  plainCpuToFloor: ratio(medians('plain', compared).cpuUsPerFrame, floor.cpuUsPerFrame),
  slices: Object.fromEntries(sizes.map((calls) => [calls, slicesOf(calls)])),
  oneMoreCall: oneMoreCall(Math.min(...sizes), Math.max(...sizes)),
  most,
};
report();
if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
appendFileSync(options.history, `${JSON.stringify(result)}\n`);
process.exit(0);

async function run(kind: Measured, calls: number): Promise<Figures> {
  const size: Sizes = {
    rampMs: HANDSHAKES_MS + calls * RAMP_MS_PER_CALL,
    warmMs: WARM_MS,
    windowMs: Number(options.seconds) * 1_000,
  };
  const figures = await measure(stand, kind, calls, size);
  runs.push({ kind, calls, figures });
  const { cpuUsPerFrame, forwardP99Ms, lost, lateMs, refused, closed } = figures;
  const parts = [`${cpuUsPerFrame.toFixed(1)} µs a frame`];
  if (forwardP99Ms !== null) parts.push(`forwarded within ${forwardP99Ms.toFixed(0)} ms at p99`, `${lost} lost`);
  if (lateMs > TELEPHONES_LATE_MS)
    parts.push(`the telephones were up to ${lateMs.toFixed(0)} ms late: too busy a machine`);
  if (refused.length > 0) parts.push(`${refused.length} streams refused (${[...new Set(refused)].join(', ')})`);
  if (closed > 0) parts.push(`${closed} streams closed`);
  say(`  ${kind}, ${calls} calls: ${parts.join(', ')}`);
  return figures;
}

/** The most calls with which every promise was kept, going up until one was not. */
async function findMost(from: number, step: number): Promise<number> {
  let kept = 0;
  for (let calls = from; ; calls += step) {
    const { forwardP99Ms, lost, refused, closed } = await run('service', calls);
    if ((forwardP99Ms ?? 0) > FORWARD_LIMIT_MS || (lost ?? 0) > 0 || refused.length + closed > 0) return kept;
    kept = calls;
  }
}

function medians(kind: Measured, calls: number) {
  const figures = runs.filter((each) => each.kind === kind && each.calls === calls).map((each) => each.figures);
  const median = (of: (figures: Figures) => number | null): number | null => {
    const known = figures.map(of).filter((value) => value !== null);
    return known.length === 0 ? null : quantile(known, 0.5);
  };
  const alertsMs = figures.flatMap((each) => each.alertsMs);
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
    alertP99Ms: alertsMs.length === 0 ? null : quantile(alertsMs, 0.99),
  };
}

/** What each call beyond `few` takes, without what the process needs for the first. */
function oneMoreCall(few: number, many: number) {
  if (few === many) return null;
  const more = (perCall: 'heapKbPerCall' | 'buffersKbPerCall' | 'rssKbPerCall'): number => {
    const kb = (calls: number): number => (medians('service', calls)[perCall] ?? Number.NaN) * calls;
    return (kb(many) - kb(few)) / (many - few);
  };
  return { few, many, heapKb: more('heapKbPerCall'), buffersKb: more('buffersKbPerCall'), rssKb: more('rssKbPerCall') };
}

/** All slices of all runs of the service with so many calls. */
function slicesOf(calls: number): Record<string, Slices> {
  const sums: Record<string, Slices> = {};
  for (const { figures } of runs.filter((each) => each.kind === 'service' && each.calls === calls))
    for (const [part, { count, over5Ms }] of Object.entries(figures.slices)) {
      const sum = sums[part] ?? { count: 0, over5Ms: 0 };
      sums[part] = { count: sum.count + count, over5Ms: sum.over5Ms + over5Ms };
    }
  return sums;
}

function report(): void {
  const columns = COMPARED.map((kind) => [`${kind}, ${compared}`, medians(kind, compared)] as const);
  columns.push(...sizes.slice(1).map((calls) => [`service, ${calls}`, medians('service', calls)] as const));
  const rows = Object.keys(floor) as Array<keyof typeof floor>;
  const cell = (value: number | null): string => (value === null ? '–' : value.toFixed(value < 100 ? 1 : 0));
  say(['', ...columns.map(([title]) => title)].map((text) => text.padEnd(22)).join(''));
  for (const row of rows)
    say([row, ...columns.map(([, each]) => cell(each[row]))].map((text) => text.padEnd(22)).join(''));
  say(`CPU time a frame to the floor's: service ${result.cpuToFloor}, plain ${result.plainCpuToFloor}`);
  say(
    result.instructionsToFloor === null
      ? 'Instructions: this machine does not count them.'
      : `Instructions a frame to the floor's: ${result.instructionsToFloor}`,
  );
  for (const [calls, slices] of Object.entries(result.slices)) {
    const each = Object.entries(slices).map(([part, { count, over5Ms }]) => {
      const share = count === 0 ? 0 : (100 * over5Ms) / count;
      return `${part} ${over5Ms} of ${count} (${share.toFixed(2)} %)`;
    });
    say(`Slices that held the event loop for more than 5 ms, service, ${calls}: ${each.join(', ')}`);
  }
  if (result.oneMoreCall !== null) {
    const { few, many, heapKb, buffersKb, rssKb } = result.oneMoreCall;
    const held = `${heapKb.toFixed(0)} kB of the heap and ${buffersKb.toFixed(0)} kB of buffers held`;
    say(`One more call, between ${few} and ${many}: ${held}, ${rssKb.toFixed(0)} kB of RSS with the garbage`);
  }
  if (most !== null) say(`Calls on one core with every promise kept: ${most} (in steps of ${options.step})`);
  const before = previous();
  if (before !== null) say(`Before, at ${before.commit}: CPU to floor ${before.cpuToFloor}, most calls ${before.most}`);
}

/** The last run on a machine like this one. */
function previous(): typeof result | null {
  if (!existsSync(options.history)) return null;
  const lines = readFileSync(options.history, 'utf8').split('\n').filter(Boolean);
  const known = lines.map((line) => JSON.parse(line) as typeof result);
  return known.findLast((each) => each.machine === machine && each.calls === compared) ?? null;
}

function ratio(value: number | null, to: number | null): number | null {
  return value === null || to === null ? null : Number((value / to).toFixed(2));
}

/** With a plus where something is not committed. */
function commit(): string {
  const git = (...args: string[]): string => spawnSync('git', args, { encoding: 'utf8' }).stdout.trim();
  return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', 'src') === '' ? '' : '+');
}
