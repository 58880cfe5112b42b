import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/call/clock.ts';
import type { CallEvent } from '../../src/call/event.ts';
import { connectRedisNode } from '../../src/feed/redis-node.ts';
import { createSharedFeed } from '../../src/feed/shared-feed.ts';
import { eventually } from '../support/eventually.ts';
import { newCallSid } from '../support/people.ts';
import { startTestRedis } from '../support/redis.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const event = (at: number): CallEvent => ({ type: 'call.started', callSid: newCallSid(), at, userId: null });

async function start() {
  const redis = await startTcpProxy(await startTestRedis());
  const instance = (name: string) => {
    const heard: number[] = [];
    let unsent = 0;
    const link = connectRedisNode(redis.url, systemClock, { connectionChanged: () => undefined });
    const feed = createSharedFeed(link, name, {
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
});

describe('the feed of two instances', () => {
  it('tells what happens on one to the subscribers of both, once and in order', async () => {
    const { a, b, forget } = await start();
    forget();
    for (let at = 1; at <= 200; at++) a.feed.publish(event(at));
    await eventually(() => b.heard.includes(200));
    const inOrder = Array.from({ length: 200 }, (_, index) => index + 1);
    expect(b.heard.filter((at) => at > 0)).toEqual(inOrder);
    expect(a.heard).toEqual(inOrder);
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
