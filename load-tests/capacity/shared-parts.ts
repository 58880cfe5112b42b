import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/call/clock.ts';
import { connectRedisNode } from '../../src/feed/redis-node.ts';
import { createSharedFeed } from '../../src/feed/shared-feed.ts';
import { cpuUs, RECOGNISER_CORE, rssKb, startHelper, TELEPHONES_CORE } from '../media/processes.ts';
import type { HeardReport, RecogniserOrder } from '../media/recogniser.ts';
import { openStand, type RunningService } from '../media/stand.ts';
import type { HangUp, TelephoneJob, TelephoneReport } from '../media/telephones.ts';
import { type Counters, combine, openCounters } from './counters.ts';

/** What an instance takes of its own core, and asks of Redis and Postgres, counted in one run. Counters are a second's. */
export interface SharedParts {
  readonly calls: number;
  /** Without calls. */
  readonly idle: Counters;
  /** With all of them, whose events nobody else hears. */
  readonly loaded: Counters;
  /** The beginning and the end of one call of which nothing is said: no second's, but all of it. */
  readonly perCall: Counters;
  /** Processor time of the instance, in cores. */
  readonly idleCpu: number;
  readonly loadedCpu: number;
  readonly idleRssKb: number;
  readonly loadedRssKb: number;
  /** What another instance that hears its events takes of Redis and of its own core, in cores, and is sent, in bytes. */
  readonly redisCpuPerListener: number;
  readonly listeningCpu: number;
  readonly eventBytes: number;
  readonly framesPerMessage: number;
  /** What the recogniser's stand-in answers, for each second of a call, and how long an answer is. */
  readonly resultsPerS: number;
  readonly resultBytes: number;
  /** Why the figures are not to be trusted; null when nothing speaks against them. */
  readonly trouble: string | null;
}

const RAMP_MS_PER_CALL = 20;
/** A fresh process compiles its code for a while, and Postgres' own processes tell their counts late. */
const SETTLE_MS = 15_000;
const SCAM_EVERY = 20;
const EMPTY_CALLS = 50;
/** Enough for what each costs to show beside the rest. */
const LISTENERS = 20;
const FRAMES_PER_S = 50;

export async function measureSharedParts(calls: number, windowS: number): Promise<SharedParts> {
  const stand = await openStand();
  const { redisUrl } = stand;
  if (redisUrl === null) throw new Error('There is no redis-server on the PATH, whose counters are what is read.');
  const recogniser = startHelper('recogniser.ts', RECOGNISER_CORE, ['0']);
  const service = await stand.startService(`ws://127.0.0.1:${await recogniser.next<number>()}`);
  const telephones = startHelper('telephones.ts', TELEPHONES_CORE);
  const counters = await openCounters(redisUrl, service.databaseUrl);

  /** What a second of `work` comes to. */
  async function watch(work: () => Promise<unknown> = () => sleep(windowS * 1_000)) {
    const [before, cpuBeforeUs, ownCpu] = [await counters.read(), cpuUs(service.pid), process.cpuUsage()];
    const beganMs = performance.now();
    await work();
    const s = (performance.now() - beganMs) / 1_000;
    const { user, system } = process.cpuUsage(ownCpu);
    return {
      s,
      shared: combine((later = 0, earlier = 0) => (later - earlier) / s, await counters.read(), before),
      cpu: (cpuUs(service.pid) - cpuBeforeUs) / 1e6 / s,
      /** Of this process, where the listeners are. */
      ownCpu: (user + system) / 1e6 / s,
      rssKb: rssKb(service.pid),
    };
  }

  await sleep(SETTLE_MS);
  const idle = await watch();
  const empty = await watch(async () => {
    await service.playEmptyCalls(EMPTY_CALLS);
    await sleep(SETTLE_MS);
  });
  const dialled = await service.dial({ from: 0, count: calls, scamEvery: SCAM_EVERY });
  const rampMs = calls * RAMP_MS_PER_CALL;
  const windowMs = 2 * (windowS * 1_000 + SETTLE_MS);
  telephones.send({ port: service.port, calls: dialled, rampMs, warmMs: SETTLE_MS, windowMs } satisfies TelephoneJob);
  await telephones.next<TelephoneReport>();
  const loaded = await watch();
  const listeners = Array.from({ length: LISTENERS }, (_, number) => startListener(redisUrl, number));
  await sleep(SETTLE_MS);
  const heard = await watch();
  const trouble = await troubleOf(service, calls);
  for (const stop of listeners) await stop();
  await telephones.next<TelephoneReport>();
  telephones.send('hang-up' satisfies HangUp);
  const over = await telephones.next<TelephoneReport>();
  recogniser.send('report' satisfies RecogniserOrder);
  const report = await recogniser.next<HeardReport>();

  await counters.close();
  await Promise.all([telephones.stop(), recogniser.stop(), service.stop()]);
  await stand.close();
  const frames = over.type === 'over' ? over.sent.reduce((sum, [, sent]) => sum + sent, 0) : 0;
  return {
    calls,
    idle: idle.shared,
    loaded: loaded.shared,
    perCall: combine((all = 0, without = 0) => ((all - without) * empty.s) / EMPTY_CALLS, empty.shared, idle.shared),
    idleCpu: idle.cpu,
    loadedCpu: loaded.cpu,
    idleRssKb: idle.rssKb,
    loadedRssKb: loaded.rssKb,
    redisCpuPerListener: (heard.shared.redisCpuS - loaded.shared.redisCpuS) / LISTENERS,
    listeningCpu: (heard.ownCpu - loaded.ownCpu) / LISTENERS,
    eventBytes: (heard.shared.redisBytesOut - loaded.shared.redisBytesOut) / LISTENERS,
    framesPerMessage: report.heard / report.messages,
    resultsPerS: report.said / (frames / FRAMES_PER_S),
    resultBytes: report.saidBytes / report.said,
    trouble,
  };
}

/** Hears what an instance without calls hears, as it hears it. */
function startListener(redisUrl: string, number: number): () => Promise<void> {
  const redis = connectRedisNode(redisUrl, systemClock, { connectionChanged: ignore });
  const observer = { sliceBegins: ignore, unsent: ignore, brokenMessage: ignore };
  const feed = createSharedFeed(redis, `listener-${number}`, systemClock, observer);
  return async () => {
    await feed.close();
    redis.close();
  };
}

function ignore(): void {
  // What a listener misses is not what is looked at.
}

/** A machine that is too busy leaves calls out, or the record behind. */
async function troubleOf(service: RunningService, calls: number): Promise<string | null> {
  const metrics = await service.scrape();
  const live = metrics.get('active_calls_total') ?? 0;
  const failures = metrics.get('ethiq_database_failures_total{operation="write_behind"}') ?? 0;
  if (live < calls) return `only ${live} of ${calls} calls were live`;
  return failures > 0 ? `the record failed ${failures} times` : null;
}
