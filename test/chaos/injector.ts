import { setTimeout as sleep } from 'node:timers/promises';
import type { DeepgramStandIn } from '../../src/simulators/deepgram-stand-in.ts';
import type { FaultyLink } from '../support/faulty-link.ts';
import type { Fault, FaultKind, LinkFault, SttFault } from './fault-plan.ts';
import type { Fleet } from './fleet.ts';
import type { Front } from './front.ts';
import { createRandom } from './random.ts';

/** A fault as it happened. Unix milliseconds. */
export interface InjectedFault {
  readonly kind: FaultKind;
  readonly fromAt: number;
  readonly untilAt: number;
}

export interface Injector {
  readonly injected: readonly InjectedFault[];
  /** `fault.afterMs` from now, or as soon as the one before it of the same kind is over. */
  inject(fault: Fault): void;
  /** Resolves when few faults wait for their turn: those of a call are to happen while calls are live. */
  keepUp(): Promise<void>;
  /** Resolves when all is as it should be again. */
  calm(): Promise<void>;
}

export interface InjectorOptions {
  readonly seed: number;
  readonly fleet: Fleet;
  readonly front: Front;
  readonly deepgram: DeepgramStandIn;
  readonly redis: FaultyLink;
  readonly postgres: FaultyLink;
}

const MOST_WAITING = 2;
const KEEP_UP_POLL_MS = 50;
const SLOW_LINK_MS = 150;
const SLOW_HANDSHAKE_MS = 1_000;
const REFUSALS = [503, 429, 401] as const;

export function createInjector({ seed, fleet, front, deepgram, redis, postgres }: InjectorOptions): Injector {
  const random = createRandom(seed);
  const injected: InjectedFault[] = [];
  /** What must not happen at once waits in a queue: one instance down at a time, one fault of a server at a time. */
  const queues = new Map<string, Promise<void>>();
  const all: Array<Promise<void>> = [];
  let waiting = 0;
  let hasFailed = false;

  async function take(fault: Fault): Promise<void> {
    const fromAt = Date.now();
    const entry = { kind: fault.kind, fromAt, untilAt: Number.POSITIVE_INFINITY };
    injected.push(entry);
    await happen(fault);
    entry.untilAt = Date.now();
  }

  async function happen(fault: Fault): Promise<void> {
    if (fault.kind === 'kill') fleet.kill(fault.instance);
    else if (fault.kind === 'term') await fleet.terminate(fault.instance);
    else if (fault.kind === 'stall') await fleet.stall(fault.instance, fault.lastsMs);
    else if (fault.kind === 'media') front.breakMedia(() => random.chance(fault.share));
    else if (fault.kind === 'stt') await failRecogniser(fault.mode, fault.lastsMs);
    else await failLink(fault.kind === 'redis' ? redis : postgres, fault.mode, fault.lastsMs);
  }

  async function failRecogniser(mode: SttFault, lastsMs: number): Promise<void> {
    const { faults } = deepgram;
    if (mode === 'refuse') faults.refuseWith = random.pick(REFUSALS);
    if (mode === 'mute') faults.isMute = true;
    if (mode === 'slow') faults.handshakeDelayMs = SLOW_HANDSHAKE_MS;
    deepgram.dropAll();
    if (mode !== 'drop') await sleep(lastsMs);
    // What it kept to itself it never says: a socket loses nothing in the middle.
    if (mode === 'mute') deepgram.dropAll();
    Object.assign(faults, { refuseWith: null, isMute: false, handshakeDelayMs: 0 });
  }

  async function failLink(link: FaultyLink, mode: LinkFault, lastsMs: number): Promise<void> {
    if (mode === 'cut') link.cut();
    if (mode === 'freeze') link.freeze();
    if (mode === 'slow') link.delayMs = SLOW_LINK_MS;
    await sleep(lastsMs);
    link.delayMs = 0;
    link.restore();
  }

  return {
    injected,
    inject(fault) {
      const isOfInstance = fault.kind === 'kill' || fault.kind === 'term' || fault.kind === 'stall';
      const queue = isOfInstance ? 'instances' : fault.kind;
      const work = sleep(fault.afterMs).then(() => {
        waiting += 1;
        const turn = (queues.get(queue) ?? Promise.resolve()).then(async () => {
          if (isOfInstance) await fleet.allReady();
          waiting -= 1;
          await take(fault);
        });
        queues.set(queue, turn);
        return turn;
      });
      work.catch(() => {
        hasFailed = true; // and `calm` tells why
      });
      all.push(work);
    },
    async keepUp() {
      while (waiting > MOST_WAITING && !hasFailed) await sleep(KEEP_UP_POLL_MS);
    },
    async calm() {
      await Promise.all(all);
      await fleet.allReady();
    },
  };
}
