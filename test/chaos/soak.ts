import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { planCalls } from './fault-plan.ts';
import { type EndedProcess, startFleet } from './fleet.ts';
import { floors, type ProcessSample, quantile, slopePerHour, watchProcesses } from './growth.ts';
import { playCall } from './played-call.ts';
import { createOperator, PUBLIC_ORIGIN, startWorld } from './world.ts';

/**
 * Calls without a fault and without a pause, ten times as fast as people speak, against one process of the service:
 * `npm run soak -- --minutes 30`. Does what the process holds grow, and does it let go of it when the calls are over?
 */
const SPEED = 10;
const LIVE = 5;
const SAMPLE_MS = 1_000;
const FLOOR_MS = 10_000;
/** The share of the time in which pools fill and code is compiled. */
const WARM_UP_SHARE = 1 / 3;
/** Left to itself the heap is collected once in some minutes, which no short run can tell from a leak. */
const COLLECT_OFTEN = ['--expose-gc', '--import', 'data:text/javascript,setInterval(gc, 4000).unref()'];
const REST_MS = 10_000;
const BASELINE_MS = 5_000;
const SCRIPTS_DRAWN = 1_000;

const QUANTITIES = ['rssMb', 'heapMb', 'handles', 'timers'] as const;
type Quantity = (typeof QUANTITIES)[number];
const NAMES: { readonly [Q in Quantity]: string } = {
  rssMb: 'RSS, MB',
  heapMb: 'heap used, MB',
  handles: 'handles',
  timers: 'timers',
};
/** What three minutes can tell from noise. Some 5,000 calls an hour: 20 kB left behind by each are 100 MB, a timer 5,000. */
const MOST_AN_HOUR: { readonly [Q in Quantity]: number } = { rssMb: 400, heapMb: 100, handles: 500, timers: 500 };
/** Connections that pools keep open for a while. */
const MOST_LEFT = 20;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const minutes = Number(values.minutes);
if (!(minutes >= 5)) throw new Error('--minutes: how many minutes of calls, 5 or more');
const lastsMs = (minutes * 60_000) / SPEED;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
let serviceUrl = '';
const world = await startWorld(() => serviceUrl, SPEED);
const fleet = await startFleet({ size: 1, folder: world.folder, environment: world.environment, flags: COLLECT_OFTEN });
serviceUrl = `http://127.0.0.1:${fleet.instances[0]?.port}`;
await fleet.allReady();
const { credentials } = world.standIns;
const operator = createOperator(serviceUrl, credentials.adminKey);
const households = await Promise.all(Array.from({ length: LIVE }, (_, index) => operator.provision(index + 1)));
for (const line of [
  `Method: ${minutes} minutes of calls, ${LIVE} at once, at ${SPEED} times speed: ${lastsMs / 1_000} s.`,
  'One process of the service, which collects its garbage every 4 s, and whose /metrics are read every second.',
  `The first third is warm-up; of the rest, the least of each ${FLOOR_MS / 1_000} s, and Theil and Sen’s slope of these.`,
]) {
  print(line);
}

const watch = watchProcesses(() => fleet.instances, SAMPLE_MS);
await sleep(BASELINE_MS);
const before = watch.samples.at(-1);
const beganAt = Date.now();
const played = await playFor(lastsMs);
const endedAt = Date.now();
await sleep(REST_MS);
watch.stop();
const after = watch.samples.at(-1);
await fleet.stop();

const during = watch.samples.filter(({ at }) => at >= beganAt && at <= endedAt);
const failed = [...judgeSlopes(during), ...judgeRest(before, after), ...fleet.ended.flatMap(judgeEnd)];
const lagMs = during.map(({ loopLagMs }) => loopLagMs);
print(
  `event loop lag (p99 of each second): p50 ${quantile(lagMs, 0.5).toFixed(1)} ms, p99 ${quantile(lagMs, 0.99).toFixed(1)} ms`,
);
print(
  `${played.calls} calls, ${played.failures} failures of theirs, ${world.standIns.twilio.messages.length} messages`,
);
if (played.failures > 0) failed.push('calls met failures');
await world.stop({ isKept: failed.length > 0 });
print(failed.length === 0 ? 'Nothing grows.' : `FAILED: ${failed.join('; ')}. Logs: ${world.folder}`);
process.exit(failed.length === 0 ? 0 : 1);

async function playFor(ms: number): Promise<{ calls: number; failures: number }> {
  const telephone = { standIns: world.standIns, publicOrigin: PUBLIC_ORIGIN, serviceUrl, speed: SPEED };
  const plan = planCalls({ seed: 1, calls: SCRIPTS_DRAWN, instances: 1, kinds: [] });
  const endsAt = Date.now() + ms;
  let calls = 0;
  let failures = 0;
  await Promise.all(
    households.map(async (household) => {
      while (Date.now() < endsAt) {
        const script = plan[calls % SCRIPTS_DRAWN];
        calls += 1;
        if (script === undefined) return;
        const call = await playCall(script, household, telephone);
        failures += call.failures.length + call.outages.length;
      }
    }),
  );
  return { calls, failures };
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
