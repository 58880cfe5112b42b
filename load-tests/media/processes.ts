import { type ChildProcess, fork, type Serializable, spawn, spawnSync } from 'node:child_process';
import { on } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

/**
 * Which core each process has to itself: what is measured the last one, the telephones and the recogniser those before it,
 * all else, Postgres and Redis among it, the first. With fewer than four they share.
 */
const CORES = availableParallelism();
export const MEASURED_CORE = CORES - 1;
export const TELEPHONES_CORE = Math.max(0, CORES - 2);
export const RECOGNISER_CORE = Math.max(0, CORES - 3);
export const OTHER_CORE = 0;

/** False where there is no taskset; the figures are then worth less. */
export function pin(pid: number | undefined, core: number): boolean {
  return spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' }).status === 0;
}

/** A program of this folder, in a process of its own. */
export interface Helper {
  readonly pid: number;
  send(message: Serializable): void;
  /** The next of its messages, which are kept until they are asked for. */
  next<Message>(): Promise<Message>;
  stop(): Promise<void>;
}

export function startHelper(file: string, core: number, args: readonly string[] = []): Helper {
  const path = resolve(import.meta.dirname, file);
  const child = fork(path, args, { execArgv: ['--import', 'tsx'], serialization: 'advanced' });
  pin(child.pid, core);
  const messages = on(child, 'message', { close: ['exit'] });

  return {
    pid: child.pid as number,
    send: (message) => void child.send(message),
    async next<Message>() {
      const { value, done } = await messages.next();
      if (done) throw new Error(`${file} ended with ${child.exitCode}`);
      return value[0] as Message;
    },
    stop: () => stopProcess(child, 'SIGKILL'),
  };
}

export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  await ended;
}

const TICKS_PER_SECOND = 100;

/** Processor time of all threads of a process so far, microseconds (proc(5), `stat`: utime and stime, in ticks). */
export function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}

/**
 * How long a process's first thread, which is Node's event loop, was ready to run and had no processor, microseconds
 * (https://docs.kernel.org/scheduler/sched-stats.html, `schedstat` of a task). Null where the kernel does not count it.
 */
export function waitedUs(pid: number): number | null {
  const path = `/proc/${pid}/task/${pid}/schedstat`;
  return existsSync(path) ? Number(readFileSync(path, 'latin1').split(' ')[1]) / 1_000 : null;
}

export function rssKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

/** Counts the instructions of a process for `ms`; null where `perf` is missing, or the machine does not count them. */
export function countInstructions(pid: number, ms: number): Promise<number | null> {
  return new Promise((counted) => {
    const options = ['stat', '-x', ';', '-e', 'instructions', '-p', String(pid), '--', 'sleep', String(ms / 1_000)];
    const perf = spawn('perf', options, { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    perf.stderr.on('data', (part) => (text += part));
    perf.once('error', () => counted(null));
    perf.once('close', () => {
      const line = text.split('\n').find((each) => each.split(';')[2]?.startsWith('instructions'));
      counted(Number(line?.split(';')[0]) || null);
    });
  });
}
