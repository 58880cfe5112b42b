import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/call/clock.ts';
import type { CallEvent } from '../../src/call/event.ts';
import { type CallSid, callSidSchema } from '../../src/call/ids.ts';
import { connectRedisCluster } from '../../src/feed/redis-cluster.ts';
import { createSharedFeed } from '../../src/feed/shared-feed.ts';
import { createCallCommands } from '../../src/session/call-commands.ts';
import { eventually } from '../support/eventually.ts';
import { startTestRedisCluster } from '../support/redis-cluster.ts';

/** One call for each of the feed's channels, so that every node has some. */
const CALLS = [...'0123456789abcdef'].map((digit) => callSidSchema.parse(`CA${'0'.repeat(31)}${digit}`));
const [CALL = callSidSchema.parse('')] = CALLS;
const channelOf = (callSid: CallSid): string => `ethiq:events:${callSid.slice(-1)}`;
const keyOf = (callSid: CallSid): string => `ethiq:call:${callSid}`;
const event = (callSid: CallSid, at: number): CallEvent => ({ type: 'call.started', callSid, at, userId: null });

/** Two instances on one cluster; B holds the calls. */
const COPY = { version: 1, ttlMs: 60_000 };

async function start() {
  const cluster = await startTestRedisCluster();
  const instance = (instanceId: 'a' | 'b') => {
    const link = connectRedisCluster(cluster.url, systemClock, { connectionChanged: () => undefined });
    onTestFinished(() => link.close());
    const feed = createSharedFeed(link, instanceId, systemClock, {
      sliceBegins: () => undefined,
      unsent: () => undefined,
      brokenMessage: () => undefined,
    });
    const heard: Array<{ readonly callSid: CallSid; readonly at: number }> = [];
    feed.subscribe((told) => heard.push(told));
    const words: string[] = [];
    let hungUp = 0;
    const commands = createCallCommands({
      channels: link,
      instanceId,
      calls: { has: () => instanceId === 'b', end: () => null },
      control: {
        async endCall() {
          hungUp += 1;
          return { ok: true, wasOver: false };
        },
      },
      transcribed: ({ event: said }) => words.push(said.type === 'final' ? said.text : said.type),
      holderOf: async () => 'b',
      clock: systemClock,
      limits: { takenMs: 1_000, doneMs: 6_000, lateMs: 1_000 },
      observer: { endedCall: () => undefined, brokenCommand: () => undefined, wordsLost: () => undefined },
    });
    return { link, feed, commands, heard, words, hungUp: () => hungUp };
  };
  const [a, b] = [instance('a'), instance('b')];
  let at = 1_000_000;
  /** What A tells of this call is heard by B, sooner or later. */
  async function reaches(callSid: CallSid): Promise<void> {
    await eventually(() => {
      at += 1;
      a.feed.publish(event(callSid, at));
      return b.heard.some((told) => told.callSid === callSid && told.at >= at - 100);
    });
  }
  /** Everything works: events, copies, and commands, which their holder obeys. */
  async function isWhole(): Promise<void> {
    await eventually(
      () =>
        a.link.ping().then(
          () => true,
          () => false,
        ),
      20_000,
    );
    for (const callSid of CALLS) await reaches(callSid);
    for (const callSid of CALLS) {
      await eventually(() =>
        a.link.copies.write(keyOf(callSid), callSid, COPY).then(
          () => true,
          () => false,
        ),
      );
      expect(await b.link.copies.read(keyOf(callSid))).toMatchObject({ text: callSid });
    }
    await eventually(async () => {
      const before = b.hungUp();
      await a.commands.endCall(CALL);
      return b.hungUp() > before;
    });
  }
  await isWhole();
  return { cluster, a, b, reaches, isWhole };
}

describe('two instances on a Redis Cluster', () => {
  it('hear of each other’s calls, once and in order', async () => {
    const { a, b } = await start();
    b.heard.length = 0;
    for (let at = 1; at <= 50; at++) for (const callSid of CALLS) a.feed.publish(event(callSid, at));
    const inOrder = Array.from({ length: 50 }, (_, index) => index + 1);
    for (const callSid of CALLS) {
      const heard = () => b.heard.filter((told) => told.callSid === callSid && told.at <= 50).map(({ at }) => at);
      await eventually(() => heard().length >= 50);
      expect(heard()).toEqual(inOrder);
    }
  });

  it('share copies, and the age of these', async () => {
    const { a, b } = await start();
    for (const callSid of CALLS) await a.link.copies.write(keyOf(callSid), 'text', COPY);
    for (const callSid of CALLS) {
      const copy = await b.link.copies.read(keyOf(callSid));
      expect(copy?.text).toBe('text');
      expect(copy?.ageMs).toBeGreaterThanOrEqual(0);
      expect(copy?.ageMs).toBeLessThan(10_000);
    }
  });

  it('pass commands on: the holder alone hangs up, and words arrive in order', async () => {
    const { a, b } = await start();
    const before = b.hungUp();
    expect(await a.commands.endCall(CALL)).toEqual({ ok: true, wasOver: false });
    expect([a.hungUp(), b.hungUp() - before]).toEqual([0, 1]);
    const said = Array.from({ length: 50 }, (_, index) => `word ${index}`);
    for (const [sequence, text] of said.entries()) {
      const message = { callSid: CALL, startId: 's1', sequence, event: { type: 'final', text } } as const;
      a.commands.transcribed({ ...message, instanceId: 'b' });
    }
    await eventually(() => b.words.length === said.length);
    expect(b.words).toEqual(said);
  });
});

describe('a node of the cluster', () => {
  it.each([
    ['dies', 0, 'kill', 'restart'],
    ['dies', 1, 'kill', 'restart'],
    ['dies', 2, 'kill', 'restart'],
    ['stands still', 1, 'stall', 'goOn'],
  ] as const)('that %s (node %d) costs what it held; all is well when it is back', async (_how, node, fail, mend) => {
    const { cluster, a, b, reaches, isWhole } = await start();
    const isHere = async (name: string) => (await cluster.nodeOf(name)) === node;
    const placed = await Promise.all(
      CALLS.map(async (callSid) => ({
        callSid,
        hasEvents: await isHere(channelOf(callSid)),
        hasCopy: await isHere(keyOf(callSid)),
      })),
    );
    cluster[fail](node);
    for (const { callSid, hasEvents, hasCopy } of placed) {
      if (!hasEvents) await reaches(callSid);
      if (!hasCopy) {
        await a.link.copies.write(keyOf(callSid), 'down', COPY);
        expect(await b.link.copies.read(keyOf(callSid))).toMatchObject({ text: 'down' });
      }
    }
    const lost = placed.flatMap(({ callSid, hasCopy }) => (hasCopy ? [a.link.copies.read(keyOf(callSid))] : []));
    expect(lost.length).toBeGreaterThan(0);
    for (const result of await Promise.allSettled(lost)) expect(result.status).toBe('rejected');
    await eventually(() =>
      a.link.ping().then(
        () => false,
        () => true,
      ),
    );
    // By whomever, as the way to the holder or back may be among what is lost.
    expect(await a.commands.endCall(CALL)).toEqual({ ok: true, wasOver: false });
    await cluster[mend](node);
    await isWhole();
  });
});
