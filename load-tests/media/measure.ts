import { setTimeout as sleep } from 'node:timers/promises';
import {
  countInstructions,
  cpuUs,
  type Helper,
  MEASURED_CORE,
  RECOGNISER_CORE,
  rssKb,
  startHelper,
  TELEPHONES_CORE,
  waitedUs,
} from './processes.ts';
import type { HeardReport, RecogniserOrder } from './recogniser.ts';
import type { Dialled, Held, Metrics, SentAlert, Stand } from './stand.ts';
import type { HangUp, LaterCalls, TelephoneCall, TelephoneJob, TelephoneReport } from './telephones.ts';

export type Measured = 'floor' | 'plain' | 'service';

export interface Sizes {
  readonly rampMs: number;
  readonly warmMs: number;
  readonly windowMs: number;
  /** Scams that begin after the window, beside all calls, whose alerts are timed. */
  readonly laterScams: number;
}

/** What one run of so many calls came to. Null: it does not apply, or cannot be told here. */
export interface Figures {
  readonly frames: number;
  /** Processor time, and instructions, for each media frame that came in. */
  readonly cpuUsPerFrame: number;
  readonly instructionsPerFrame: number | null;
  readonly corePercent: number;
  /** Of the time: the event loop had work, and the core was somebody else's. */
  readonly waitedPercent: number | null;
  /** From the telephone's write to the recogniser's read. */
  readonly forwardP50Ms: number | null;
  readonly forwardP99Ms: number | null;
  readonly framesPerMessage: number | null;
  /** Frames that never came, came again, or came altered. */
  readonly lost: number | null;
  readonly repeated: number | null;
  readonly wrong: number | null;
  readonly loopLagP99Ms: number | null;
  /** Pieces of work that each held the event loop, by what they were for; `gc`: the collector, often within one of them. */
  readonly slices: Readonly<Record<string, Slices>>;
  /** As it stands, garbage included, above what the idle process had. */
  readonly rssKbPerCall: number;
  /** What is held, above what the idle process holds: the garbage of both is collected first. */
  readonly heapKbPerCall: number | null;
  readonly buffersKbPerCall: number | null;
  /**
   * From the recogniser's deciding result to the request for the message: of the scams that begin after the window, while
   * all calls go on; and of those among the first calls, in a process that has just begun.
   */
  readonly alertsMs: readonly number[];
  readonly firstAlertsMs: readonly number[];
  /** The telephones themselves: how late, refused and cut off. */
  readonly lateMs: number;
  readonly refused: readonly string[];
  readonly closed: number;
}

export interface Slices {
  readonly count: number;
  readonly over5Ms: number;
}

const SCAM_EVERY = 20;
const LATER_RAMP_MS = 10_000;
/** By then the last of them has said enough. */
const SCAM_MS = 17_000;
const FRAME_MS = 20;
const IN_FLIGHT_MS = 2_000;

/** One handler with so many calls, everything begun anew for it. */
export async function measure(stand: Stand, kind: Measured, calls: number, sizes: Sizes): Promise<Figures> {
  const fromSequence = Math.ceil((sizes.rampMs + sizes.warmMs) / FRAME_MS);
  const recogniser = startHelper('recogniser.ts', RECOGNISER_CORE, [String(fromSequence)]);
  const recogniserUrl = `ws://127.0.0.1:${await recogniser.next<number>()}`;
  const target = kind === 'service' ? await stand.startService(recogniserUrl) : await startHandler(kind, recogniserUrl);
  const telephones = startHelper('telephones.ts', TELEPHONES_CORE);
  try {
    const idle = await target.held();
    const idleKb = rssKb(target.pid);
    const first = await target.dial({ from: 0, count: calls, scamEvery: SCAM_EVERY });
    telephones.send({ port: target.port, calls: first, ...sizes } satisfies TelephoneJob);
    await nextReport(telephones, 'window-begins');
    const beganUs = cpuUs(target.pid);
    const waitedBeforeUs = waitedUs(target.pid);
    const counting = countInstructions(target.pid, sizes.windowMs);
    const before = await target.scrape(); // the event loop's lag begins anew with each
    const { frames } = await nextReport(telephones, 'window-ends');
    const usedUs = cpuUs(target.pid) - beganUs;
    const waitedAfterUs = waitedUs(target.pid);
    const busyKb = rssKb(target.pid);
    const after = await target.scrape();
    const lagMs = after.get('ethiq_event_loop_lag_seconds{quantile="0.99"}');
    // The frames that are timed are on their way: a collection would hold them up.
    await sleep(IN_FLIGHT_MS);
    recogniser.send('stop-timing' satisfies RecogniserOrder);
    const held = await target.held();
    if (sizes.laterScams > 0) {
      const later = await target.dial({ from: calls, count: sizes.laterScams, scamEvery: 1 });
      telephones.send({ calls: later, rampMs: LATER_RAMP_MS, playMs: SCAM_MS } satisfies LaterCalls);
      await nextReport(telephones, 'later-played');
    }
    telephones.send('hang-up' satisfies HangUp);
    const { sent, lateMs, refused, closed } = await nextReport(telephones, 'over');
    recogniser.send('report' satisfies RecogniserOrder);
    const heard = await recogniser.next<HeardReport>();
    const instructions = await counting;
    const isForwarding = kind !== 'floor';
    const alerts = kind === 'service' ? stand.alerts() : [];
    const isLater = ({ call }: SentAlert): boolean => call >= calls;
    const unheard = sent.reduce((count, [call, frames]) => count + frames - (heard.nextOf.get(call) ?? 0), 0);
    return {
      frames,
      cpuUsPerFrame: usedUs / frames,
      instructionsPerFrame: instructions === null ? null : instructions / frames,
      corePercent: usedUs / sizes.windowMs / 10,
      waitedPercent:
        waitedAfterUs === null || waitedBeforeUs === null
          ? null
          : (waitedAfterUs - waitedBeforeUs) / sizes.windowMs / 10,
      forwardP50Ms: isForwarding ? heard.latencyMs.p50 : null,
      forwardP99Ms: isForwarding ? heard.latencyMs.p99 : null,
      framesPerMessage: isForwarding ? heard.heard / heard.messages : null,
      lost: isForwarding ? heard.lost + unheard : null,
      repeated: isForwarding ? heard.repeated : null,
      wrong: isForwarding ? heard.wrong : null,
      loopLagP99Ms: lagMs === undefined ? null : lagMs * 1_000,
      slices: slicesBetween(before, after),
      rssKbPerCall: (busyKb - idleKb) / calls,
      heapKbPerCall: held && idle && (held.heapKb - idle.heapKb) / calls,
      buffersKbPerCall: held && idle && (held.buffersKb - idle.buffersKb) / calls,
      alertsMs: addedMs(alerts.filter(isLater), heard.finals),
      firstAlertsMs: addedMs(
        alerts.filter((alert) => !isLater(alert)),
        heard.finals,
      ),
      lateMs,
      refused,
      closed,
    };
  } finally {
    await Promise.all([telephones.stop(), recogniser.stop()]);
    await target.stop();
  }
}

interface Target {
  readonly pid: number;
  readonly port: number;
  dial(calls: Dialled): Promise<TelephoneCall[]>;
  scrape(): Promise<Metrics>;
  /** Null where nobody tells. */
  held(): Promise<Held | null>;
  stop(): Promise<void>;
}

async function startHandler(kind: Measured, recogniserUrl: string): Promise<Target> {
  const handler = startHelper('handler.ts', MEASURED_CORE, [kind, recogniserUrl]);
  const port = await handler.next<number>();
  return {
    pid: handler.pid,
    port,
    dial: async ({ from, count, scamEvery }) =>
      Array.from({ length: count }, (_, at) => ({
        number: from + at,
        path: '/',
        headers: { host: 'localhost' },
        callSid: '',
        token: '',
        isScam: (at + 1) % scamEvery === 0,
      })),
    scrape: async () => new Map(),
    held: async () => null,
    stop: handler.stop,
  };
}

const SLICE = /^(?:ethiq_event_loop_held|nodejs_gc_duration)_seconds_(?<what>bucket|count)\{(?<labels>.*)\}$/;

function slicesBetween(before: Metrics, after: Metrics): Record<string, Slices> {
  const slices: Record<string, Slices> = {};
  for (const [series, value] of after) {
    const { what, labels = '' } = SLICE.exec(series)?.groups ?? {};
    const isWithin = what === 'bucket' && labels.includes('le="0.005"');
    if (what !== 'count' && !isWithin) continue;
    const part = /part="(\w+)"/.exec(labels)?.[1] ?? 'gc';
    const since = value - (before.get(series) ?? 0);
    const { count, over5Ms } = slices[part] ?? { count: 0, over5Ms: 0 };
    slices[part] = isWithin ? { count, over5Ms: over5Ms - since } : { count: count + since, over5Ms: over5Ms + since };
  }
  return slices;
}

/** Reports come one after the other, each of its type once. */
async function nextReport<Type extends TelephoneReport['type']>(telephones: Helper, type: Type) {
  const report = await telephones.next<TelephoneReport>();
  if (report.type !== type) throw new Error(`the telephones reported ${report.type} before ${type}`);
  return report as Extract<TelephoneReport, { type: Type }>;
}

/** The final result that decided is the newest of its call before the message. */
function addedMs(alerts: readonly SentAlert[], finals: HeardReport['finals']): number[] {
  return alerts.flatMap(({ call, atUs }) => {
    const decidedUs = Math.max(
      ...finals.filter(([of, sentUs]) => of === call && sentUs < atUs).map(([, sentUs]) => sentUs),
    );
    return Number.isFinite(decidedUs) ? [(atUs - decidedUs) / 1_000] : [];
  });
}
