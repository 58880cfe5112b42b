import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { createPhoneCall } from '../src/simulators/phone-call.ts';
import { BANK_IMPERSONATION, GENUINE_FRAUD_DESK, type Scenario } from '../src/simulators/scenarios.ts';
import { CONVERSATION } from '../src/simulators/spoken-audio.ts';
import { startFleet } from '../test/chaos/fleet.ts';
import { createOperator, PUBLIC_ORIGIN, startWorld } from '../test/chaos/world.ts';
import { freePort } from '../test/support/free-port.ts';
import {
  bytesByPlace,
  type Cost,
  type CpuProfile,
  drawFlameGraph,
  type HeapProfile,
  timeByPlace,
} from './flame-graph.ts';

/**
 * Where the time and the memory of the loaded service go: `npm run profile -- --calls 100 --seconds 30`. One process of it
 * carries so many calls in real time, and is sampled through Node's inspector, for its time and then for its memory. Writes
 * to `load-tests/profile/`: `cpu.svg`, a flame graph; `cpu.cpuprofile` and `heap.heapprofile` (what was allocated meanwhile
 * and is still held), which Chrome's developer tools and speedscope.app open.
 */
const OUTPUT = resolve(import.meta.dirname, 'profile');
const SAMPLE_US = 500;
const HEAP_SAMPLE_BYTES = 16 << 10;
/** Calls begin over this time, some of a call's length. */
const SPREAD_MS = 20_000;
const PLACES_SHOWN = 14;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '100' }, seconds: { type: 'string', default: '30' } },
});
const calls = Number(values.calls);
const seconds = Number(values.seconds);
if (!(calls >= 1 && seconds >= 1)) throw new Error('--calls and --seconds: numbers, 1 or more');

let serviceUrl = '';
const world = await startWorld(() => serviceUrl, 1);
const { twilio, credentials } = world.standIns;
const inspectorPort = await freePort();
const fleet = await startFleet({
  size: 1,
  folder: world.folder,
  environment: { ...world.environment, MAX_CALLS: String(2 * calls) },
  flags: [`--inspect=127.0.0.1:${inspectorPort}`],
});
serviceUrl = `http://127.0.0.1:${fleet.instances[0]?.port}`;
await fleet.allReady();
const operator = createOperator(serviceUrl, credentials.adminKey);
print(`${calls} calls in real time, every other a scam; ${seconds} s of samples of the time, then as many of memory.`);
let isOver = false;
for (let number = 1; number <= calls; number++) void callAgainAndAgain(number);
await sleep(SPREAD_MS);

const inspector = await connectInspector(inspectorPort);
await inspector.ask('Profiler.enable');
await inspector.ask('Profiler.setSamplingInterval', { interval: SAMPLE_US });
await inspector.ask('Profiler.start');
await sleep(seconds * 1_000);
const { profile: cpu } = (await inspector.ask('Profiler.stop')) as { profile: CpuProfile };
await inspector.ask('HeapProfiler.startSampling', { samplingInterval: HEAP_SAMPLE_BYTES });
await sleep(seconds * 1_000);
const { profile: heap } = (await inspector.ask('HeapProfiler.stopSampling')) as { profile: HeapProfile };

await mkdir(OUTPUT, { recursive: true });
await writeFile(join(OUTPUT, 'cpu.svg'), drawFlameGraph(cpu));
await writeFile(join(OUTPUT, 'cpu.cpuprofile'), JSON.stringify(cpu));
await writeFile(join(OUTPUT, 'heap.heapprofile'), JSON.stringify(heap));
table('The busy time, without what each calls:', timeByPlace(cpu));
table('What is still held of what was allocated meanwhile:', bytesByPlace(heap));
print(`Flame graph and profiles: ${OUTPUT}`);
isOver = true;
await fleet.stop();
await world.stop({ isKept: false });
process.exit(0);

function table(title: string, costs: readonly Cost[]): void {
  const total = costs.reduce((sum, { cost }) => sum + cost, 0);
  print(title);
  for (const { place, cost } of costs.slice(0, PLACES_SHOWN)) {
    print(`${((cost / total) * 100).toFixed(1).padStart(6)} %  ${place}`);
  }
}

/** The telephone of one line. A call that is not taken, or that breaks when the service is stopped, is tried again. */
async function callAgainAndAgain(number: number): Promise<void> {
  const { line } = await operator.provision(number);
  await sleep((number / calls) * SPREAD_MS);
  while (!isOver)
    await playCall(line, number % 2 === 0 ? BANK_IMPERSONATION : GENUINE_FRAUD_DESK).catch(() => sleep(1_000));
}

async function playCall(line: string, { lines }: Scenario): Promise<void> {
  const call = createPhoneCall({
    accountSid: credentials.accountSid,
    authToken: credentials.authToken,
    publicOrigin: PUBLIC_ORIGIN,
    serviceUrl: () => serviceUrl,
    from: '+12125550100',
    to: line,
    pace: CONVERSATION,
    speed: 1,
    carrier: twilio,
  });
  await call.dial();
  await call.connect();
  await call.say(lines);
  await call.hangUp();
}

/** Node's inspector by its protocol (https://chromedevtools.github.io/devtools-protocol/v8/). */
async function connectInspector(port: number) {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Array<{
    webSocketDebuggerUrl: string;
  }>;
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '', { maxPayload: 0, perMessageDeflate: false });
  await new Promise((opened, failed) => socket.once('open', opened).once('error', failed));
  const asked = new Map<number, (result: unknown) => void>();
  let questions = 0;
  socket.on('message', (data) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id !== undefined) asked.get(id)?.(result);
  });
  return {
    ask(method: string, params: object = {}): Promise<unknown> {
      questions += 1;
      const id = questions;
      return new Promise((resolved) => {
        asked.set(id, resolved);
        socket.send(JSON.stringify({ id, method, params }));
      });
    },
  };
}
