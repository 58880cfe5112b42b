import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';

/** The instances of the service, each a process of its own that is started again whenever it ends. */
export interface Fleet {
  readonly instances: readonly Instance[];
  /** Every process that has ended, and how. */
  readonly ended: readonly EndedProcess[];
  kill(number: number): void;
  /** A deploy: SIGTERM, and a new process when it has ended. Resolves then. */
  terminate(number: number): Promise<void>;
  stall(number: number, lastsMs: number): Promise<void>;
  allReady(): Promise<void>;
  /** Ends all of them in order. */
  stop(): Promise<void>;
}

export interface Instance {
  readonly number: number;
  readonly port: number;
  /** Counts the processes that have run here. */
  readonly run: number;
  readonly isReady: boolean;
}

export interface EndedProcess {
  readonly instance: number;
  readonly run: number;
  /** What the suite had sent it; null: it ended by itself. */
  readonly signal: 'SIGKILL' | 'SIGTERM' | null;
  readonly code: number | null;
  /** Lines of its log that tell of an error nobody handled. */
  readonly complaints: readonly string[];
}

export interface FleetOptions {
  readonly size: number;
  /** Logs go here, one file for each process. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Flags of `node`. */
  readonly flags?: readonly string[];
}

const ROOT = resolve(import.meta.dirname, '../..');
const PROBE_MS = 150;
const PROBE_TIMEOUT_MS = 500;
const READY_TIMEOUT_MS = 60_000;
/** The drain, and what may come after it. */
const END_TIMEOUT_MS = 60_000;
const COMPLAINT = /unhandled|uncaught|ended by an error|MaxListenersExceeded|heap out of memory|"level":60/i;

interface Slot {
  readonly number: number;
  readonly port: number;
  run: number;
  isReady: boolean;
  child: ChildProcess;
  hasEnded: Promise<void>;
  signal: EndedProcess['signal'];
}

export async function startFleet({ size, folder, environment, flags = [] }: FleetOptions): Promise<Fleet> {
  const ended: EndedProcess[] = [];
  const slots: Slot[] = [];
  let isStopping = false;
  for (let number = 1; number <= size; number++) {
    const slot = { number, port: await freePort(), run: 0, isReady: false, signal: null } as Slot;
    slots.push(slot);
    launch(slot);
  }
  process.once('exit', () => {
    for (const { child } of slots) child.kill('SIGKILL');
  });
  const probing = setInterval(() => {
    for (const slot of slots) void probe(slot);
  }, PROBE_MS);

  function launch(slot: Slot): void {
    slot.run += 1;
    slot.signal = null;
    const logPath = join(folder, `instance-${slot.number}-run-${slot.run}.log`);
    const log = openSync(logPath, 'a');
    const child = spawn(process.execPath, [...flags, '--import', 'tsx', 'src/main.ts'], {
      cwd: ROOT,
      stdio: ['ignore', log, log],
      env: {
        PATH: process.env['PATH'],
        ...environment,
        HOST: '127.0.0.1',
        PORT: String(slot.port),
        INSTANCE_ID: `chaos-${slot.number}`,
      },
    });
    closeSync(log);
    slot.child = child;
    slot.hasEnded = new Promise((done) => {
      child.once('exit', (code) => {
        slot.isReady = false;
        const complaints = readFileSync(logPath, 'utf8')
          .split('\n')
          .filter((line) => COMPLAINT.test(line));
        ended.push({ instance: slot.number, run: slot.run, signal: slot.signal, code, complaints });
        done();
        if (!isStopping) launch(slot);
      });
    });
  }

  async function probe(slot: Slot): Promise<void> {
    const { run } = slot;
    const url = `http://127.0.0.1:${slot.port}/health/ready`;
    const isReady = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (slot.run === run && slot.signal !== 'SIGKILL') slot.isReady = isReady;
  }

  async function allReady(): Promise<void> {
    const endsAt = performance.now() + READY_TIMEOUT_MS;
    while (!slots.every(({ isReady }) => isReady)) {
      if (performance.now() > endsAt) throw new Error(`not every instance became ready; their logs are in ${folder}`);
      await sleep(PROBE_MS);
    }
  }

  function signal(slot: Slot, name: 'SIGKILL' | 'SIGTERM'): void {
    slot.signal = name;
    if (name === 'SIGKILL') slot.isReady = false;
    slot.child.kill(name);
  }

  const slotOf = (number: number): Slot => {
    const slot = slots[number - 1];
    if (slot === undefined) throw new RangeError(`there is no instance ${number}`);
    return slot;
  };

  return {
    instances: slots,
    ended,
    kill: (number) => signal(slotOf(number), 'SIGKILL'),
    async terminate(number) {
      const slot = slotOf(number);
      const { hasEnded } = slot;
      signal(slot, 'SIGTERM');
      await hasEnded;
    },
    async stall(number, lastsMs) {
      const { child } = slotOf(number);
      child.kill('SIGSTOP');
      await sleep(lastsMs);
      child.kill('SIGCONT');
    },
    allReady,
    async stop() {
      isStopping = true;
      clearInterval(probing);
      for (const slot of slots) signal(slot, 'SIGTERM');
      const all = Promise.all(slots.map(({ hasEnded }) => hasEnded));
      const isLate = await Promise.race([all.then(() => false), sleep(END_TIMEOUT_MS, true, { ref: false })]);
      if (isLate) for (const { child } of slots) child.kill('SIGKILL');
      await all;
    },
  };
}
