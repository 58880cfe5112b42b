import { Redis } from 'ioredis';
import type { Clock } from '../call/clock.ts';
import {
  COMMAND_TIMEOUT_MS,
  copiesOf,
  PING_MS,
  type RedisLink,
  type RedisLinkObserver,
  retryMs,
} from './redis-link.ts';

/** Redis on one node, or behind one address. Pub/sub is plain: not every provider of a single node has the sharded one. */
export function connectRedisNode(url: string, clock: Clock, observer: RedisLinkObserver): RedisLink {
  const listeners = new Map<string, (text: string) => void>();
  const options = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: retryMs,
  };
  const publisher = new Redis(url, options);
  const subscriber = new Redis(url, { ...options, autoResubscribe: false });
  for (const client of [publisher, subscriber]) client.on('error', () => undefined); // told by `connectionChanged`
  publisher.on('ready', () => observer.connectionChanged(true));
  publisher.on('close', () => observer.connectionChanged(false));
  subscriber.on('ready', () => subscribe(...listeners.keys()));
  subscriber.on('message', (channel: string, text: string) => listeners.get(channel)?.(text));
  const stopPings = clock.every(PING_MS, () => {
    for (const client of [publisher, subscriber]) {
      if (client.status === 'ready') client.ping().catch(() => client.disconnect(true));
    }
  });

  function subscribe(...channels: string[]): void {
    if (channels.length > 0) subscriber.subscribe(...channels).catch(() => subscriber.disconnect(true));
  }

  return {
    isSharded: false,
    publish: (channel, text) => publisher.publish(channel, text),
    listen(channel, listener) {
      listeners.set(channel, listener);
      if (subscriber.status === 'ready') subscribe(channel);
    },
    copies: copiesOf(publisher),
    async ping() {
      await publisher.ping();
    },
    close() {
      stopPings();
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
