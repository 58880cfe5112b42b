import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedCall } from '../support/service.ts';
import { describeCall, FAULT_KINDS, type PlannedCall, planCalls } from './fault-plan.ts';
import type { Finding } from './finding.ts';
import { startFleet } from './fleet.ts';
import { startFront, type WebhookFate } from './front.ts';
import { quantile, watchProcesses } from './growth.ts';
import { createInjector } from './injector.ts';
import { judge } from './judgement.ts';
import { readOptions } from './options.ts';
import { type Household, type PlayedCall, playCall } from './played-call.ts';
import { SPEED } from './scripts.ts';
import { watchUtterances } from './utterance-watch.ts';
import { createOperator, PUBLIC_ORIGIN, startWorld } from './world.ts';

/** The chaos suite: `npm run test:chaos`. `README.md` beside it says what it does and what it promises. */
const SAMPLE_MS = 2_000;
/** A message leaves within 60 s of the death of an instance; the rest is for the carrier's reports. */
const SETTLE_MS = 75_000;
const SETTLE_POLL_MS = 1_000;
const CULPRITS_SHOWN = 8;
/** The carrier has not said the last of a message. */
const UNSETTLED = ['pending', 'sending', 'sent'];
const PROGRESS_EVERY = 50;
const AS_IT_COMES: WebhookFate = { delayMs: 0, isRepeated: false };
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const options = readOptions();
const { seed, calls: count, instances, kinds } = options;
print(
  `Seed ${seed}: ${count} calls, ${options.live} at once, on ${instances} instances; ${kinds.join(' ') || 'no faults'}.`,
);
const only = kinds.length === FAULT_KINDS.length ? '' : ` --only ${kinds.join(',') || 'none'}`;
print(
  `Again: npm run test:chaos -- --seed ${seed} --calls ${count} --instances ${instances} --live ${options.live}${only}`,
);
const plan = planCalls(options);
for (const line of plan.map(describeCall)) if (line !== null) print(line);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
let serviceUrl = '';
const world = await startWorld(() => serviceUrl, SPEED);
const { standIns, folder } = world;
print(`Logs: ${folder}`);
const fleet = await startFleet({ size: instances, folder, environment: world.environment });
const planOf = new Map<string, PlannedCall>();
const webhooksSeen = new Map<number, number>();
const front = await startFront({ instances: () => fleet.instances, fateOf });
serviceUrl = front.url;
await fleet.allReady();

const operator = createOperator(serviceUrl, standIns.credentials.adminKey);
const households: Household[] = [];
for (const call of plan) {
  const household = await operator.provision(call.number);
  households.push(household);
  for (const number of [household.line, household.contact]) planOf.set(number, call);
  if (call.sms.length > 0) standIns.twilio.faults.set(household.contact, [...call.sms]);
}
const processes = watchProcesses(() => fleet.instances, SAMPLE_MS);
const utterances = watchUtterances(fleet.instances, operator.headers);
const injector = createInjector({ seed, fleet, front, deepgram: standIns.deepgram, ...world });

const ownLag = monitorEventLoopDelay();
ownLag.enable();
const startedAt = performance.now();
const played = await playAll();
await injector.calm();
print(
  `Played ${played.length} calls in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s, ${injector.injected.length} faults; waiting for the last messages.`,
);
const records = await settled(played);
processes.stop();
utterances.stop();
await fleet.stop();

const evidence = {
  calls: played,
  records,
  messages: standIns.twilio.messages,
  faults: injector.injected,
  processes: fleet.ended,
  samples: processes.samples,
  utteranceClashes: utterances.clashes,
};
const findings = judge(evidence);
const failures = played.flatMap(({ failures: each }) => each);
print(
  `Requests ${front.counts.requests}, of which ${front.counts.repeated} repeated, ${front.counts.broken} broken off; telephones met ${failures.length} failures.`,
);
const lagMs = quantile(
  processes.samples.map(({ loopLagMs }) => loopLagMs),
  0.9,
);
print(
  `Event loops were late by ${lagMs.toFixed(0)} ms (p99, in nine of ten samples of the instances) and ${(ownLag.percentile(99) / 1e6).toFixed(0)} ms (p99, here): far beyond 100, the machine is too small for --live ${options.live}.`,
);
report(findings);
const isHeld = findings.every((finding) => finding.isHeld);
if (!isHeld) {
  const told = played.map((call) => ({
    ...call,
    seen: utterances.seen.get(call.callSid),
    record: records.get(call.callSid),
  }));
  await writeFile(join(folder, 'evidence.json'), JSON.stringify({ faults: evidence.faults, calls: told }, null, 1));
}
front.stop();
await world.stop({ isKept: !isHeld });
print(isHeld ? `Seed ${seed}: all invariants held.` : `Seed ${seed}: see above. Logs: ${folder}`);
process.exit(isHeld ? 0 : 1);

/** In the order in which webhooks of one call come. */
function fateOf(_path: string, fields: URLSearchParams): WebhookFate {
  const call = planOf.get(fields.get('To') ?? '');
  if (call === undefined || call.webhooks.length === 0) return AS_IT_COMES;
  const seen = webhooksSeen.get(call.number) ?? 0;
  webhooksSeen.set(call.number, seen + 1);
  return call.webhooks[seen % call.webhooks.length] ?? AS_IT_COMES;
}

async function playAll(): Promise<PlayedCall[]> {
  const telephone = { standIns, publicOrigin: PUBLIC_ORIGIN, serviceUrl, speed: SPEED };
  const done: PlayedCall[] = [];
  const endsAt = startedAt + options.minutes * 60_000;
  let next = 0;
  async function occupyPlace(): Promise<void> {
    for (;;) {
      await injector.keepUp();
      const call = plan[next];
      const household = households[next];
      if (call === undefined || household === undefined || performance.now() > endsAt) return;
      next += 1;
      for (const fault of call.faults) injector.inject(fault);
      done.push(await playCall(call, household, telephone));
      if (done.length % PROGRESS_EVERY === 0) print(`${done.length} calls`);
    }
  }
  await Promise.all(Array.from({ length: options.live }, occupyPlace));
  return done;
}

/** The records, once every call has ended and no message is under way, or the time for it is over. */
async function settled(calls: readonly PlayedCall[]): Promise<Map<string, RecordedCall>> {
  const found = new Map<string, RecordedCall>();
  const endsAt = performance.now() + SETTLE_MS;
  let open = calls;
  while (open.length > 0 && performance.now() < endsAt) {
    await sleep(SETTLE_POLL_MS);
    const still: PlayedCall[] = [];
    for (const call of open) {
      const record = await operator.recordOf(call.callSid);
      if (record !== null) found.set(call.callSid, record);
      if (record === null || !isSettled(record)) still.push(call);
    }
    open = still;
  }
  return found;
}

function isSettled({ status, alerts }: RecordedCall): boolean {
  const deliveries = alerts.flatMap((alert) => alert.deliveries);
  return status === 'completed' && !deliveries.some((each) => UNSETTLED.includes(each.status));
}

function report(all: readonly Finding[]): void {
  print('');
  for (const { invariant, isHeld: isOne, figure, culprits } of all) {
    print(`${isOne ? 'held  ' : 'BROKEN'}  ${invariant.padEnd(56)}  ${figure}`);
    if (isOne) continue;
    for (const culprit of culprits.slice(0, CULPRITS_SHOWN)) print(`          ${culprit}`);
    if (culprits.length > CULPRITS_SHOWN) print(`          and ${culprits.length - CULPRITS_SHOWN} more`);
  }
  print('');
}
