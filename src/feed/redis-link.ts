import type { Cluster, Redis } from 'ioredis';
import type { SharedChannels } from './shared-channels.ts';

/** What instances share over Redis. Everything rejects soon while Redis is away: nothing is queued for it. */
export interface RedisLink extends SharedChannels {
  /** Rejects when Redis does not answer, or when a part of it is missing. */
  ping(): Promise<void>;
  /** Texts that all instances share, by key. */
  readonly copies: {
    /** Does nothing where there is a copy of a later version. */
    write(key: string, text: string, options: { readonly version: number; readonly ttlMs: number }): Promise<void>;
    read(key: string): Promise<{ readonly text: string; readonly ageMs: number } | null>;
  };
  close(): void;
}

export interface RedisLinkObserver {
  connectionChanged(isConnected: boolean): void;
}

/** A peer that vanished would be missed for a quarter of an hour: a connection that only listens sends nothing by itself. */
export const PING_MS = 2_000;
export const COMMAND_TIMEOUT_MS = 1_000;
export const retryMs = (attempt: number): number => Math.min(1_000, 100 * 2 ** attempt);

/** One key a command: in a cluster each lives on a node of its own. */
export const copiesOf = (client: Redis | Cluster): RedisLink['copies'] => ({
  write: async (key, text, { version, ttlMs }) => void (await client.eval(WRITE, 1, key, version, text, ttlMs)),
  async read(key) {
    const [[text, ttlMs], leftMs] = await Promise.all([client.hmget(key, 'text', 'ttlMs'), client.pttl(key)]);
    return typeof text === 'string' ? { text, ageMs: Number(ttlMs) - leftMs } : null;
  },
});

/** An instance that was thought dead, and wakes, does not take back what another one holds. */
const WRITE = `
  local held = tonumber(redis.call('HGET', KEYS[1], 'version'))
  if held and held > tonumber(ARGV[1]) then return end
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'text', ARGV[2], 'ttlMs', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])`;
