import { Redis } from 'ioredis';
import { type Clock, every } from '../call/clock.ts';
import type { CallEvent } from '../call/event.ts';
import { type CallFeed, createLocalFeed } from './call-feed.ts';
import { encodeFeedMessage, parseFeedMessage } from './feed-message.ts';

export interface RedisFeedObserver {
  /** An event did not reach the other instances. */
  unsent(): void;
  brokenMessage(): void;
  connectionChanged(isConnected: boolean): void;
}

export interface RedisFeed extends CallFeed {
  /** Rejects when Redis does not answer. */
  ping(): Promise<void>;
  /** Texts that all instances share, by key. Everything rejects while Redis is away. */
  readonly copies: {
    /** Does nothing where there is a copy of a later version. */
    write(key: string, text: string, options: { readonly version: number; readonly ttlMs: number }): Promise<void>;
    read(key: string): Promise<string | null>;
  };
}

const CHANNEL = 'ethiq:events';
const COMMAND_TIMEOUT_MS = 1_000;
const LONGEST_RETRY_MS = 1_000;
const PING_MS = 2_000;
/** An instance that was thought dead, and wakes, does not take back what another one holds. */
const WRITE = `
  local held = tonumber(redis.call('HGET', KEYS[1], 'version'))
  if held and held > tonumber(ARGV[1]) then return end
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'text', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

/**
 * The feed of all instances: each tells its own subscribers directly and the other instances over Redis, so that Redis
 * away costs nobody the view of their own calls. Nothing is queued for a Redis that is away: late events help no one.
 */
export function connectRedisFeed(
  url: string,
  instanceId: string,
  clock: Clock,
  observer: RedisFeedObserver,
): RedisFeed {
  const local = createLocalFeed();
  const options = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: (attempt: number) => Math.min(LONGEST_RETRY_MS, 100 * 2 ** attempt),
  };
  const publisher = new Redis(url, options);
  const subscriber = new Redis(url, { ...options, autoResubscribe: false });
  for (const client of [publisher, subscriber]) client.on('error', () => undefined); // told by `connectionChanged`
  publisher.on('ready', () => observer.connectionChanged(true));
  publisher.on('close', () => observer.connectionChanged(false));
  subscriber.on('ready', () => {
    subscriber.subscribe(CHANNEL).catch(() => subscriber.disconnect(true));
  });
  // A peer that vanished would be missed for a quarter of an hour: a subscriber sends nothing by itself.
  const stopPings = every(clock, PING_MS, () => {
    for (const client of [publisher, subscriber]) {
      if (client.status === 'ready') client.ping().catch(() => client.disconnect(true));
    }
  });
  subscriber.on('message', (_channel: string, text: string) => {
    const message = parseFeedMessage(text);
    if (message === null) observer.brokenMessage();
    else if (message.instanceId !== instanceId) local.publish(message.event);
  });

  return {
    publish(event: CallEvent) {
      local.publish(event);
      publisher.publish(CHANNEL, encodeFeedMessage({ instanceId, event })).catch(() => observer.unsent());
    },
    subscribe: local.subscribe,
    copies: {
      write: async (key, text, { version, ttlMs }) => void (await publisher.eval(WRITE, 1, key, version, text, ttlMs)),
      read: (key) => publisher.hget(key, 'text'),
    },
    async ping() {
      await publisher.ping();
    },
    async close() {
      stopPings();
      publisher.disconnect();
      subscriber.disconnect();
      await local.close();
    },
  };
}
