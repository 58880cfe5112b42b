import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/call/clock.ts';
import type { CallEvent } from '../../src/call/event.ts';
import type { CallSid } from '../../src/call/ids.ts';
import { connectRedisNode } from '../../src/feed/redis-node.ts';
import { createSharedFeed } from '../../src/feed/shared-feed.ts';
import { eventually } from '../support/eventually.ts';
import { newCallSid } from '../support/people.ts';
import { startTestRedis } from '../support/redis.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const event = (at: number, callSid = newCallSid()): CallEvent => ({ type: 'call.started', callSid, at, userId: null });
const guess = (at: number, callSid: CallSid): CallEvent => ({
  type: 'transcript.interim',
  callSid,
  at,
  speaker: 'unknown',
  text: 'hello',
});

async function start() {
  const redis = await startTcpProxy(await startTestRedis());
  const instance = (name: string) => {
    const heard: number[] = [];
    let unsent = 0;
    const link = connectRedisNode(redis.url, systemClock, { connectionChanged: () => undefined });
    const feed = createSharedFeed(link, name, systemClock, {
      sliceBegins: () => undefined,
      unsent: () => {
        unsent += 1;
      },
      brokenMessage: () => undefined,
    });
    feed.subscribe(({ at }) => heard.push(at));
    onTestFinished(() => link.close());
    return { link, feed, heard, unsent: () => unsent };
  };
  const [a, b] = [instance('a'), instance('b')];
  /** Until B hears A: connections and subscriptions are made in the background. */
  const connected = () =>
    eventually(() => {
      a.feed.publish(event(0));
      return b.heard.length > 0;
    });
  await connected();
  const forget = () => {
    a.heard.length = 0;
    b.heard.length = 0;
  };
  return { redis, a, b, connected, forget };
}

describe('the copies of two instances', () => {
  it('are those of the later holder, whoever writes last', async () => {
    const { a, b } = await start();
    const key = `test:${newCallSid()}`;
    const write = ({ link }: typeof a, text: string, version: number) =>
      link.copies.write(key, text, { version, ttlMs: 60_000 });
    const textOf = async ({ link }: typeof a) => (await link.copies.read(key))?.text;
    expect(await textOf(b)).toBeUndefined();
    await write(a, 'first', 10);
    await write(b, 'second', 11);
    await write(a, 'stale', 10);
    expect(await textOf(a)).toBe('second');
    await write(b, 'third', 11);
    expect(await textOf(a)).toBe('third');
  });

  it('are amended by their holder, and nobody else', async () => {
    const { a, b } = await start();
    const key = `test:${newCallSid()}`;
    const amend = ({ link }: typeof a, changes: string, version: number) =>
      link.copies.amend(key, changes, { version, ttlMs: 60_000 });
    const copy = () => a.link.copies.read(key);
    expect(await amend(a, 'of nothing', 10)).toBe(false);
    expect(await copy()).toBeNull();
    await a.link.copies.write(key, 'first', { version: 10, ttlMs: 60_000 });
    expect(await copy()).toMatchObject({ text: 'first', changes: null });
    for (const changes of ['once', 'twice']) {
      expect(await amend(a, changes, 10)).toBe(true);
      expect(await copy()).toMatchObject({ text: 'first', changes });
    }
    expect(await amend(b, 'of what it has not written', 11)).toBe(false);
    expect(await copy()).toMatchObject({ text: 'first', changes: 'twice' });
    await b.link.copies.write(key, 'second', { version: 11, ttlMs: 60_000 });
    expect(await amend(a, 'stale', 10)).toBe(true);
    expect(await copy()).toMatchObject({ text: 'second', changes: null });
  });
});

describe('the feed of two instances', () => {
  it('tells what happens on one to the subscribers of both, once and in order', async () => {
    const { a, b, forget } = await start();
    forget();
    const callSid = newCallSid();
    for (let at = 1; at <= 200; at++) a.feed.publish(event(at, callSid));
    await eventually(() => b.heard.includes(200));
    const inOrder = Array.from({ length: 200 }, (_, index) => index + 1);
    expect(b.heard.filter((at) => at > 0)).toEqual(inOrder);
    expect(a.heard).toEqual(inOrder);
  });

  it('tells the other instance only the latest guess at a call’s words, of each call', async () => {
    const { a, b, forget } = await start();
    forget();
    const [one, other] = [newCallSid(), newCallSid()];
    for (const at of [1, 3, 5]) a.feed.publish(guess(at, one));
    a.feed.publish(guess(6, other));
    a.feed.publish(event(7, one));
    a.feed.publish(guess(8, one));
    await eventually(() => b.heard.includes(8) && b.heard.includes(6));
    expect(a.heard).toEqual([1, 3, 5, 6, 7, 8]);
    expect(b.heard.filter((at) => at > 0).sort()).toEqual([6, 7, 8]);
  });

  it('goes on for each instance’s own calls while Redis is away, and for all when it is back', async () => {
    const { redis, a, b, connected, forget } = await start();
    redis.cut();
    forget();
    a.feed.publish(event(1));
    expect(a.heard).toEqual([1]);
    await eventually(() => a.unsent() > 0);
    await expect(a.link.ping()).rejects.toThrow();
    redis.restore();
    await connected();
    expect(b.heard).not.toContain(1);
    await a.link.ping();
  });

  it('notice a Redis that vanished without a word, and find it again', async () => {
    const { redis, connected, forget } = await start();
    redis.freeze();
    forget();
    await connected();
  });
});
