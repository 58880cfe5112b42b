import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { planCalls } from './fault-plan.ts';
import { type EndedProcess, startFleet } from './fleet.ts';
import { floors, type ProcessSample, quantile, slopePerHour, watchProcesses } from './growth.ts';
import { type Household, playCall } from './played-call.ts';
import { createOperator, PUBLIC_ORIGIN, startWorld } from './world.ts';

/**
 * Calls without a fault and without a pause, ten times as fast as people speak, against one process of the service:
 * `npm run soak -- --minutes 60`. On some lines one call follows the other, on others a single one lasts all along. Does
 * what the process holds grow, or what one call holds, and is it let go of when the calls are over?
 */
const SPEED = 10;
const CHANGING = 5;
const LASTING = 10;
const SAMPLE_MS = 2_500;
const FLOOR_MS = 10_000;
/** The share of the time in which pools fill and code is compiled. */
const WARM_UP_SHARE = 1 / 3;
/**
 * Left to itself the heap is collected once in some minutes, which no short run can tell from a leak. Prometheus' client
 * reads this for each scrape.
 */
const COLLECT_WHEN_READ = [
  '--expose-gc',
  '--import',
  'data:text/javascript,const read = process.memoryUsage; process.memoryUsage = Object.assign(() => (gc(), read()), read)',
];
const BASELINE_MS = 5_000;
/** How long the heap is looked at with calls of one age. */
const LOOK_MS = 10_000;
/** How old a young call is then, by its own time: what it remembers, of which everything has a limit, is complete. */
const YOUNG_MINUTES = 10;
const SCRIPTS_DRAWN = 1_000;

const QUANTITIES = ['rssMb', 'heapMb', 'buffersMb', 'handles', 'timers'] as const;
type Quantity = (typeof QUANTITIES)[number];
const NAMES: { readonly [Q in Quantity]: string } = {
  rssMb: 'RSS, MB',
  heapMb: 'heap held, MB',
  buffersMb: 'buffers, MB',
  handles: 'handles',
  timers: 'timers',
};
/** What three minutes can tell from noise. Some 5,000 calls an hour: 20 kB left behind by each are 100 MB, a timer 5,000. */
const MOST_AN_HOUR: { readonly [Q in Quantity]: number } = {
  rssMb: 400,
  heapMb: 100,
  buffersMb: 100,
  handles: 500,
  timers: 500,
};
/** What a call may hold more for each hour of its own time. A tenth of a megabyte of noise is ten of these. */
const MOST_KB_A_CALL_HOUR = 50;
/** Connections that pools keep open for a while. */
const MOST_LEFT = 20;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const minutes = Number(values.minutes);
if (!(minutes >= 20)) throw new Error('--minutes: how many minutes of calls, 20 or more');
const lastsMs = (minutes * 60_000) / SPEED;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
let serviceUrl = '';
const world = await startWorld(() => serviceUrl, SPEED);
const fleet = await startFleet({
  size: 1,
  folder: world.folder,
  environment: world.environment,
  flags: COLLECT_WHEN_READ,
});
serviceUrl = `http://127.0.0.1:${fleet.instances[0]?.port}`;
await fleet.allReady();
const { credentials } = world.standIns;
const operator = createOperator(serviceUrl, credentials.adminKey);
const households = await Promise.all(
  Array.from({ length: CHANGING + LASTING }, (_, index) => operator.provision(index + 1)),
);
const changing = households.slice(LASTING);
const lasting = households.slice(0, LASTING);
for (const line of [
  `Method: ${minutes} minutes of calls at ${SPEED} times speed, ${lastsMs / 1_000} s: ${CHANGING} lines with one after the other, ${LASTING} with one that lasts.`,
  `One process of the service, whose /metrics are read every ${SAMPLE_MS / 1_000} s, and which then collects its garbage first.`,
  `The first third is warm-up; of the rest, the least of each ${FLOOR_MS / 1_000} s, and Theil and Sen’s slope of these.`,
  `What a call holds: the heap with the lasting calls alone, against the heap with as many that are ${YOUNG_MINUTES} minutes old,`,
  'one right after the other, as compiled code and pools of the process grow by themselves.',
]) {
  print(line);
}

const plan = planCalls({ seed: 1, calls: SCRIPTS_DRAWN, instances: 1, kinds: [] });
const played = { calls: 0, failures: 0 };
const watch = watchProcesses(() => fleet.instances, SAMPLE_MS);
await sleep(BASELINE_MS);
const before = watch.samples.at(-1);
const beganAt = Date.now();
const endsAt = beganAt + lastsMs;
const old = startLasting();
await Promise.all(changing.map(playOneAfterAnother));
const withOldMb = await heapMb();
await old.end();
await sleep(LOOK_MS); // until nothing is left of them
const after = watch.samples.at(-1);
const young = startLasting();
await sleep((YOUNG_MINUTES * 60_000) / SPEED - LOOK_MS / 2);
const withYoungMb = await heapMb();
await young.end();
watch.stop();
await fleet.stop();

const during = watch.samples.filter(({ at }) => at >= beganAt && at <= endsAt);
const failed = [...judgeSlopes(during), ...judgeCall(), ...judgeRest(before, after), ...fleet.ended.flatMap(judgeEnd)];
const lagMs = during.map(({ loopLagMs }) => loopLagMs);
print(
  `event loop lag (p99 of each ${SAMPLE_MS / 1_000} s): p50 ${quantile(lagMs, 0.5).toFixed(1)} ms, p99 ${quantile(lagMs, 0.99).toFixed(1)} ms`,
);
print(
  `${played.calls} calls, ${played.failures} failures of theirs, ${world.standIns.twilio.messages.length} messages`,
);
if (played.failures > 0) failed.push('calls met failures');
await world.stop({ isKept: failed.length > 0 });
print(failed.length === 0 ? 'Nothing grows.' : `FAILED: ${failed.join('; ')}. Logs: ${world.folder}`);
process.exit(failed.length === 0 ? 0 : 1);

async function play(household: Household, goesOn?: () => boolean): Promise<void> {
  const script = plan[played.calls % SCRIPTS_DRAWN];
  played.calls += 1;
  if (script === undefined) return;
  const telephone = { standIns: world.standIns, publicOrigin: PUBLIC_ORIGIN, serviceUrl, speed: SPEED };
  const { failures, outages } = await playCall(script, household, telephone, goesOn);
  played.failures += failures.length + outages.length;
}

async function playOneAfterAnother(household: Household): Promise<void> {
  while (Date.now() < endsAt) await play(household);
}

/** One call on each of the lasting lines, until they are told to end. */
function startLasting() {
  let isOver = false;
  const calls = Promise.all(lasting.map((household) => play(household, () => !isOver)));
  return {
    end(): Promise<unknown> {
      isOver = true;
      return calls;
    },
  };
}

/** The median of a while. */
async function heapMb(): Promise<number> {
  const fromAt = Date.now();
  await sleep(LOOK_MS);
  const samples = watch.samples.filter(({ at }) => at >= fromAt);
  return quantile(
    samples.map((sample) => sample.heapMb),
    0.5,
  );
}

function judgeSlopes(samples: readonly ProcessSample[]): string[] {
  const beganAt = samples[0]?.at ?? 0;
  const settledAt = beganAt + ((samples.at(-1)?.at ?? 0) - beganAt) * WARM_UP_SHARE;
  const settled = samples.filter(({ at }) => at >= settledAt);
  return QUANTITIES.flatMap((quantity) => {
    const readings = floors(
      settled.map((sample) => ({ at: sample.at, value: sample[quantity] })),
      FLOOR_MS,
    );
    const slope = slopePerHour(readings);
    const [first, last] = [readings[0]?.value ?? 0, readings.at(-1)?.value ?? 0];
    print(
      `${NAMES[quantity].padEnd(14)} ${first.toFixed(0)} to ${last.toFixed(0)}, slope ${slope.toFixed(0)} an hour (at most ${MOST_AN_HOUR[quantity]})`,
    );
    return slope <= MOST_AN_HOUR[quantity] ? [] : [`${NAMES[quantity]} grows`];
  });
}

/** What a call holds in all is no figure of the built service: tsx gives each closure a table of its own. */
function judgeCall(): string[] {
  const grownKb = ((withOldMb - withYoungMb) * 1_024) / LASTING;
  const slope = grownKb / ((minutes - YOUNG_MINUTES) / 60);
  print(
    `${'a call'.padEnd(14)} ${grownKb.toFixed(0)} kB more after ${minutes} minutes than after ${YOUNG_MINUTES}, slope ${slope.toFixed(0)} an hour of its time (at most ${MOST_KB_A_CALL_HOUR})`,
  );
  return slope <= MOST_KB_A_CALL_HOUR ? [] : ['what a call holds grows'];
}

/** Handles and timers that are still there when no call is. */
function judgeRest(first: ProcessSample | undefined, last: ProcessSample | undefined): string[] {
  if (first === undefined || last === undefined) return ['the process told no metrics'];
  return (['handles', 'timers'] as const).flatMap((quantity) => {
    const left = last[quantity] - first[quantity];
    print(
      `${NAMES[quantity].padEnd(14)} ${first[quantity]} before the calls, ${last[quantity]} after (at most ${MOST_LEFT} more)`,
    );
    return left <= MOST_LEFT ? [] : [`${left} ${NAMES[quantity]} are left behind`];
  });
}

function judgeEnd({ signal, code, complaints }: EndedProcess): string[] {
  return signal === 'SIGTERM' && code === 0 && complaints.length === 0 ? [] : ['the process ended by an error'];
}
