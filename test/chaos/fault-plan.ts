import type { MessageFault } from '../../src/simulators/twilio-stand-in.ts';
import { createRandom, type Random } from './random.ts';

export const FAULT_KINDS = ['kill', 'term', 'stall', 'media', 'stt', 'redis', 'postgres', 'sms', 'webhooks'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type SttFault = 'drop' | 'refuse' | 'mute' | 'slow';
export type LinkFault = 'cut' | 'freeze' | 'slow';

/** What befalls the service, `afterMs` after a call began. */
export type Fault = { readonly afterMs: number } & (
  | { readonly kind: 'kill'; readonly instance: number }
  | { readonly kind: 'term'; readonly instance: number }
  /** The process stands still. */
  | { readonly kind: 'stall'; readonly instance: number; readonly lastsMs: number }
  /** A share of the media sockets is reset. */
  | { readonly kind: 'media'; readonly share: number }
  /** The recogniser resets its connections; refuses new ones as well, answers nothing, or opens slowly, for a while. */
  | { readonly kind: 'stt'; readonly mode: SttFault; readonly lastsMs: number }
  /** The way to the server is cut, falls silent, or is slow. */
  | { readonly kind: 'redis'; readonly mode: LinkFault; readonly lastsMs: number }
  | { readonly kind: 'postgres'; readonly mode: LinkFault; readonly lastsMs: number }
);

/** One call, and everything that was drawn for it. */
export interface PlannedCall {
  readonly number: number;
  readonly isScam: boolean;
  /** How long its place among the live calls stays empty before it begins. */
  readonly pauseMs: number;
  readonly faults: readonly Fault[];
  /** What the requests for its messages meet, in order. */
  readonly sms: readonly MessageFault[];
  /** What becomes of its webhooks, in turn: they come late, or twice. */
  readonly webhooks: ReadonlyArray<{ readonly delayMs: number; readonly isRepeated: boolean }>;
}

/** How many calls in a hundred bring each fault with them. */
const PERCENT: { readonly [K in FaultKind]: number } = {
  kill: 10,
  term: 3,
  stall: 3,
  media: 8,
  stt: 8,
  redis: 5,
  postgres: 4,
  sms: 30,
  webhooks: 40,
};
const SCAMS_PERCENT = 70;
const LATEST_MS = 4_000;
const WEBHOOKS_DRAWN = 12;
const SMS_FAULTS = ['429', '500-before', '500-after', 'timeout-after', 'undelivered'] as const;

export interface PlanOptions {
  readonly seed: number;
  readonly calls: number;
  readonly instances: number;
  readonly kinds: readonly FaultKind[];
}

/** Every call draws from a seed of its own: a plan of more calls begins with the same ones. */
export function planCalls({ seed, calls, instances, kinds }: PlanOptions): PlannedCall[] {
  return Array.from({ length: calls }, (_, index) => {
    const random = createRandom(Math.imul(seed + 1, 0x9e3779b1) + index);
    const isScam = random.chance(SCAMS_PERCENT / 100);
    const pauseMs = random.between(0, 600);
    const drawn = FAULT_KINDS.filter((kind) => random.chance(PERCENT[kind] / 100));
    const faults = drawn.map((kind) => drawFault(kind, random, instances));
    const sms = Array.from({ length: random.between(1, 2) }, () => random.pick(SMS_FAULTS));
    const webhooks = Array.from({ length: WEBHOOKS_DRAWN }, () => ({
      delayMs: random.chance(0.5) ? random.between(20, 400) : 0,
      isRepeated: random.chance(0.4),
    }));
    const isOn = (kind: FaultKind): boolean => kinds.includes(kind) && drawn.includes(kind);
    return {
      number: index + 1,
      isScam,
      pauseMs,
      faults: faults.filter((fault): fault is Fault => fault !== null && isOn(fault.kind)),
      sms: isOn('sms') ? sms : [],
      webhooks: isOn('webhooks') ? webhooks : [],
    };
  });
}

/** Null for what befalls a call's own requests. */
function drawFault(kind: FaultKind, random: Random, instances: number): Fault | null {
  const afterMs = random.between(0, LATEST_MS);
  const instance = random.between(1, instances);
  const lastsMs = random.between(500, 4_000);
  const share = random.between(20, 100) / 100;
  const sttMode = random.pick<SttFault>(['drop', 'drop', 'refuse', 'mute', 'slow']);
  const linkMode = random.pick<LinkFault>(['cut', 'cut', 'freeze', 'slow']);
  if (kind === 'kill' || kind === 'term') return { kind, afterMs, instance };
  if (kind === 'stall') return { kind, afterMs, instance, lastsMs };
  if (kind === 'media') return { kind, afterMs, share };
  if (kind === 'stt') return { kind, afterMs, mode: sttMode, lastsMs };
  if (kind === 'redis' || kind === 'postgres') return { kind, afterMs, mode: linkMode, lastsMs };
  return null;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)}s`;

/** One line of the plan: `#12 +1.4s kill 2 · sms 429,undelivered`. */
export function describeCall({ number, faults, sms, webhooks }: PlannedCall): string | null {
  const parts = [
    ...faults.map((fault) => `+${seconds(fault.afterMs)} ${describeFault(fault)}`),
    ...(sms.length > 0 ? [`sms ${sms.join(',')}`] : []),
    ...(webhooks.length > 0 ? ['webhooks'] : []),
  ];
  return parts.length > 0 ? `#${number} ${parts.join(' · ')}` : null;
}

function describeFault(fault: Fault): string {
  if (fault.kind === 'media') return `media ${Math.round(fault.share * 100)}%`;
  if (fault.kind === 'kill' || fault.kind === 'term') return `${fault.kind} ${fault.instance}`;
  const where = fault.kind === 'stall' ? fault.instance : fault.mode;
  return `${fault.kind} ${where} ${seconds(fault.lastsMs)}`;
}
