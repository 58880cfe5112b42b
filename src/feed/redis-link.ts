import type { Cluster, Redis } from 'ioredis';
import type { SharedChannels } from './shared-channels.ts';

/** What instances share over Redis. Everything rejects soon while Redis is away: nothing is queued for it. */
export interface RedisLink extends SharedChannels {
  /** Rejects when Redis does not answer, or when a part of it is missing. */
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

/** A peer that vanished would be missed for a quarter of an hour: a connection that only listens sends nothing by itself. */
export const PING_MS = 2_000;
export const COMMAND_TIMEOUT_MS = 1_000;
export const retryMs = (attempt: number): number => Math.min(2_000, 100 * 2 ** attempt);

/** One key a command: in a cluster each lives on a node of its own. */
export const copiesOf = (client: Redis | Cluster): RedisLink['copies'] => ({
  write: async (key, text, ttlMs) => void (await client.set(key, text, 'PX', ttlMs)),
  async read(key) {
    const [text, leftMs] = await Promise.all([client.get(key), client.pttl(key)]);
    return text === null ? null : { text, leftMs };
  },
  remove: async (key) => void (await client.del(key)),
});
