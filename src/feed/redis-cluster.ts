import { Cluster, Command, type Redis } from 'ioredis';
import type { Clock } from '../call/clock.ts';
import {
  COMMAND_TIMEOUT_MS,
  copiesOf,
  PING_MS,
  type RedisLink,
  type RedisLinkObserver,
  retryMs,
} from './redis-link.ts';

const DEFAULT_PORT = 6379;
const CONNECT_TIMEOUT_MS = 2_000;
/** For a slot that has just moved, and a node that is just being connected. Each is tried again after 100 ms. */
const REDIRECTIONS = 3;
const ALL_SLOTS = 'cluster_slots_ok:16384';

/**
 * A Redis Cluster, found by one of its nodes. Channels are sharded (https://redis.io/docs/latest/develop/pubsub/#sharded-pubsub):
 * like a key each lives on the node of its slot. A node that is lost takes its share of both with it, until it is back or
 * a replica has its place; the rest goes on.
 *
 * ioredis' own sharded subscribers (`shardedSubscribers`, 6.0.0) connect some hundred times a second to a node that is
 * down. Under RESP3 the connections that carry commands may listen as well: what is listened to is asked for there, again
 * with every ping, which costs nothing where it is known and heals whatever was lost with a node.
 */
export function connectRedisCluster(url: string, clock: Clock, observer: RedisLinkObserver): RedisLink {
  const listeners = new Map<string, (text: string) => void>();
  const { hostname, port, username, password, protocol } = new URL(url);
  const cluster = new Cluster([{ host: hostname, port: Number(port || DEFAULT_PORT) }], {
    enableOfflineQueue: false,
    maxRedirections: REDIRECTIONS,
    clusterRetryStrategy: retryMs,
    // The names that nodes are known by are those of their certificates.
    dnsLookup: (address, callback) => callback(null, address),
    redisOptions: {
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
  cluster.on('error', () => undefined); // told by `connectionChanged`
  cluster.on('ready', () => observer.connectionChanged(true));
  cluster.on('close', () => observer.connectionChanged(false));
  cluster.on('ready', () => {
    for (const channel of listeners.keys()) subscribe(channel);
  });
  cluster.on('+node', (node: Redis) => {
    node.on('smessage', (channel: string, text: string) => listeners.get(channel)?.(text));
  });
  const stopPings = clock.every(PING_MS, () => {
    if (cluster.status !== 'ready') return;
    for (const node of cluster.nodes('master')) {
      if (node.status === 'ready') node.ping().catch(() => node.disconnect());
    }
    for (const channel of listeners.keys()) subscribe(channel);
  });

  function subscribe(channel: string): void {
    const refresh = (): void => cluster.refreshSlotsCache();
    const owner = cluster.slots[new Command('ssubscribe', [channel]).getSlot()]?.[0];
    const node = cluster.nodes('master').find(({ options }) => `${options.host}:${options.port}` === owner);
    if (node === undefined) refresh();
    else node.ssubscribe(channel).catch(refresh);
  }

  return {
    isSharded: true,
    publish: async (channel, text) => Number(await cluster.spublish(channel, text)),
    listen(channel, listener) {
      listeners.set(channel, listener);
      if (cluster.status === 'ready') subscribe(channel);
    },
    copies: copiesOf(cluster),
    async ping() {
      await Promise.all(cluster.nodes('master').map((node) => node.ping()));
      if (!String(await cluster.cluster('INFO')).includes(ALL_SLOTS)) throw new Error('slots are missing');
    },
    close() {
      stopPings();
      cluster.disconnect();
    },
  };
}
