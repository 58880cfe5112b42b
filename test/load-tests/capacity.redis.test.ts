import fc from 'fast-check';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CALL_S, coresUntil, loadedCore, redisCpu, wireBytes } from '../../load-tests/capacity/arithmetic.ts';
import { type Counters, combine, redisCounters } from '../../load-tests/capacity/counters.ts';
import type { SharedParts } from '../../load-tests/capacity/shared-parts.ts';
import { copiesOf } from '../../src/feed/redis-link.ts';
import { startTestRedis } from '../support/redis.ts';

const NOTHING: Counters = {
  redisEvals: 0,
  redisPublishes: 0,
  redisOthers: 0,
  redisBytesIn: 0,
  redisBytesOut: 0,
  redisCpuS: 0,
  transactions: 0,
  rowsInserted: 0,
  rowsUpdated: 0,
  walBytes: 0,
  sizeBytes: 0,
  postgresCpuS: 0,
};
const PARTS: SharedParts = {
  calls: 200,
  idle: { ...NOTHING, transactions: 2, redisCpuS: 0.001 },
  loaded: { ...NOTHING, transactions: 8, redisCpuS: 0.021, redisPublishes: 100 },
  perCall: { ...NOTHING, transactions: 5 },
  idleCpu: 0.01,
  loadedCpu: 0.41,
  idleRssKb: 100 * 1_024,
  loadedRssKb: 300 * 1_024,
  redisCpuPerListener: 0.0003,
  listeningCpu: 0.007,
  eventBytes: 100_000,
  framesPerMessage: 5,
  resultsPerS: 3.5,
  resultBytes: 800,
  trouble: null,
};
const MODEL = { requests: 4, freshTokens: 1_500 };

describe('a loaded core', () => {
  it('multiplies what calls cost, not what the process costs without any, and adds their beginning and end', () => {
    const core = loadedCore(400, PARTS, MODEL);
    expect(core.cpu).toBeCloseTo(0.01 + 2 * 0.4);
    expect(core.memoryMb).toBeCloseTo(100 + 2 * 200);
    expect(core.shared.transactions).toBeCloseTo(2 + 2 * 6 + (400 / CALL_S) * 5);
    expect(core.shared.redisPublishes).toBeCloseTo(200);
    expect(core.listeningCpu).toBeCloseTo(0.014);
    expect(core.cachedTokens).toBe(400 * 4 * 2_000);
  });

  it('counts what a frame is on the wire, of which the audio is a third', () => {
    const { twilioIn, recogniserOut } = loadedCore(1, PARTS, MODEL);
    const audio = 50 * 160 * 8;
    expect(twilioIn / audio).toBeGreaterThan(2.8);
    expect(twilioIn / audio).toBeLessThan(3.1);
    expect(recogniserOut / audio).toBeGreaterThan(1.05);
    expect(recogniserOut / audio).toBeLessThan(1.2);
  });
});

it('a WebSocket message that is longer than a segment takes another packet', () => {
  expect(wireBytes(125, true) - wireBytes(125, false)).toBe(4);
  expect(wireBytes(126, false) - wireBytes(125, false)).toBe(3);
  expect(wireBytes(1_500, false) - wireBytes(1_400, false)).toBe(100 + 52);
});

it('parts give out where they take what there is of them, linear or square', () => {
  const core = loadedCore(400, PARTS, MODEL);
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 1_000, noNaN: true }), (limit) => {
      const cores = coresUntil(limit, core.shared.redisCpuS, core.redisCpuPerListener);
      expect(redisCpu(cores, core)).toBeCloseTo(limit);
    }),
  );
  expect(coresUntil(97, 10)).toBeCloseTo(9.7);
});

it('what Redis was asked is told from what scripts did, and from the question itself', async () => {
  const url = await startTestRedis();
  const redis = new Redis(url);
  onTestFinished(() => redis.disconnect());
  const before = { ...NOTHING, ...redisCounters(await redis.info('commandstats', 'stats', 'cpu')) };
  const copies = copiesOf(redis);
  await copies.write('key', '{}', { version: 1, ttlMs: 1_000 });
  await copies.amend('key', '{}', { version: 1, ttlMs: 1_000 });
  await redis.publish('channel', 'text');
  await redis.ping();
  const after = { ...NOTHING, ...redisCounters(await redis.info('commandstats', 'stats', 'cpu')) };
  const added = combine((later = 0, earlier = 0) => later - earlier, after, before);
  expect(added).toMatchObject({ redisEvals: 2, redisPublishes: 1, redisOthers: 1 });
  expect(added.redisBytesIn).toBeGreaterThan(100);
});
