import type { Cluster, Redis, Result } from 'ioredis';
import type { SharedChannels } from './shared-channels.ts';

/** What instances share over Redis. Everything rejects soon while Redis is away: nothing is queued for it. */
export interface RedisLink extends SharedChannels {
  /** Rejects when Redis does not answer, or when a part of it is missing. */
  ping(): Promise<void>;
  /** Texts that all instances share, by key. */
  readonly copies: {
    /** Does nothing where there is a copy of a later version. */
    write(key: string, text: string, options: CopyOptions): Promise<void>;
    /** False: there is no copy of this version. As above of a later one. */
    amend(key: string, changes: string, options: CopyOptions): Promise<boolean>;
    read(
      key: string,
    ): Promise<{ readonly text: string; readonly changes: string | null; readonly ageMs: number } | null>;
  };
  close(): void;
}

interface CopyOptions {
  readonly version: number;
  readonly ttlMs: number;
}

export interface RedisLinkObserver {
  connectionChanged(isConnected: boolean): void;
}

/** A peer that vanished would be missed for a quarter of an hour: a connection that only listens sends nothing by itself. */
export const PING_MS = 2_000;
export const COMMAND_TIMEOUT_MS = 1_000;
export const retryMs = (attempt: number): number => Math.min(1_000, 100 * 2 ** attempt);

declare module 'ioredis' {
  interface RedisCommander<Context> {
    /** `COPY`. Known to Redis by its hash once it was run. */
    ethiqCopy(
      key: string,
      version: number,
      field: 'text' | 'changes',
      text: string,
      ttlMs: number,
    ): Result<0 | 1, Context>;
  }
}

/** One key a command: in a cluster each lives on a node of its own. */
export function copiesOf(client: Redis | Cluster): RedisLink['copies'] {
  client.defineCommand('ethiqCopy', { numberOfKeys: 1, lua: COPY });
  return {
    async write(key, text, { version, ttlMs }) {
      await client.ethiqCopy(key, version, 'text', text, ttlMs);
    },
    amend: async (key, changes, { version, ttlMs }) =>
      (await client.ethiqCopy(key, version, 'changes', changes, ttlMs)) === 1,
    async read(key) {
      const [[text, changes, ttlMs], leftMs] = await Promise.all([
        client.hmget(key, 'text', 'changes', 'ttlMs'),
        client.pttl(key),
      ]);
      return typeof text === 'string' ? { text, changes: changes ?? null, ageMs: Number(ttlMs) - leftMs } : null;
    },
  };
}

/**
 * An instance that was thought dead, and wakes, does not take back what another one holds. What needs memory comes first:
 * a script that has written something is no longer stopped by a Redis that is full.
 */
const COPY = `
  local version, field = tonumber(ARGV[1]), ARGV[2]
  local held = tonumber(redis.call('HGET', KEYS[1], 'version'))
  if held and held > version then return 1 end
  if field == 'changes' and held ~= version then return 0 end
  redis.call('HSET', KEYS[1], 'version', ARGV[1], field, ARGV[3], 'ttlMs', ARGV[4])
  if field == 'text' then redis.call('HDEL', KEYS[1], 'changes') end
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return 1`;
