import { Redis } from 'ioredis';
import { type Clock, every } from '../call/clock.ts';
import type { SharedChannels } from './shared-channels.ts';

/** What instances share over Redis. Everything rejects at once while Redis is away: nothing is queued for it. */
export interface RedisLink extends SharedChannels {
  /** Rejects when Redis does not answer. */
  ping(): Promise<void>;
  /** Texts that all instances share, by key. */
  readonly copies: {
    write(key: string, text: string, ttlMs: number): Promise<void>;
    read(key: string): Promise<{ readonly text: string; readonly leftMs: number } | null>;
    remove(key: string): Promise<void>;
  };
  close(): void;
}

export interface RedisLinkObserver {
  connectionChanged(isConnected: boolean): void;
}

const COMMAND_TIMEOUT_MS = 1_000;
const LONGEST_RETRY_MS = 2_000;
const PING_MS = 2_000;

export function connectRedis(url: string, clock: Clock, observer: RedisLinkObserver): RedisLink {
  const listeners = new Map<string, (text: string) => void>();
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
  subscriber.on('ready', () => subscribe(...listeners.keys()));
  subscriber.on('message', (channel: string, text: string) => listeners.get(channel)?.(text));
  // A peer that vanished would be missed for a quarter of an hour: a subscriber sends nothing by itself.
  const stopPings = every(clock, PING_MS, () => {
    for (const client of [publisher, subscriber]) {
      if (client.status === 'ready') client.ping().catch(() => client.disconnect(true));
    }
  });

  function subscribe(...channels: string[]): void {
    if (channels.length > 0) subscriber.subscribe(...channels).catch(() => subscriber.disconnect(true));
  }

  return {
    publish: (channel, text) => publisher.publish(channel, text),
    listen(channel, listener) {
      listeners.set(channel, listener);
      if (subscriber.status === 'ready') subscribe(channel);
    },
    copies: {
      write: async (key, text, ttlMs) => void (await publisher.set(key, text, 'PX', ttlMs)),
      async read(key) {
        const [text, leftMs] = await Promise.all([publisher.get(key), publisher.pttl(key)]);
        return text === null ? null : { text, leftMs };
      },
      remove: async (key) => void (await publisher.del(key)),
    },
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
