import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';
import { newFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';

/** A Redis Cluster of the test's own: three nodes of `redis-server` from the PATH, each with a third of the slots. */
export interface RedisCluster {
  /** The address of its first node. */
  readonly url: string;
  /** Which of the nodes has this key, or sharded channel. */
  nodeOf(key: string): Promise<number>;
  kill(node: number): void;
  /** Starts a node that was killed; it knows its place again. */
  restart(node: number): Promise<void>;
  /** Its process stands still. */
  stall(node: number): void;
  goOn(node: number): void;
}

const SLOTS = [
  [0, 5_460],
  [5_461, 10_922],
  [10_923, 16_383],
] as const;
const READY = ['cluster_state:ok', 'cluster_slots_ok:16384', 'cluster_known_nodes:3'];
const PASSWORD = 'cluster-secret';
/** How long a node may be silent before the others say so. */
const NODE_TIMEOUT_MS = 1_000;

export async function startTestRedisCluster(): Promise<RedisCluster> {
  const places = await Promise.all(
    SLOTS.map(async (slots) => ({
      slots,
      port: await freePort(),
      busPort: await freePort(),
      folder: await newFolder(),
    })),
  );
  const start = (node: number): Promise<RedisServer> => {
    const { port, busPort, folder } = places[node] ?? missing();
    const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--dir', folder];
    const tolerance = ['--cluster-node-timeout', String(NODE_TIMEOUT_MS), '--cluster-require-full-coverage', 'no'];
    return startRedisServer({ port, settings: [...cluster, ...tolerance, '--requirepass', PASSWORD] });
  };
  const servers = await Promise.all(places.map((_, node) => start(node)));
  onTestFinished(() => {
    for (const server of servers) server.stop();
  });
  const clients = servers.map(({ url }) => new Redis(url, { password: PASSWORD }));
  const [first] = clients;
  if (first === undefined) throw new Error('no node');
  for (const [node, { slots }] of places.entries()) await clients[node]?.cluster('ADDSLOTSRANGE', ...slots);
  for (const { port, busPort } of places.slice(1)) await first.cluster('MEET', '127.0.0.1', port, busPort);
  await eventually(async () => {
    const states = await Promise.all(clients.map((client) => client.cluster('INFO')));
    return states.every((state) => READY.every((line) => String(state).includes(line)));
  });
  for (const client of clients) client.disconnect();

  return {
    url: servers[0]?.url.replace('//', `//:${PASSWORD}@`) ?? '',
    async nodeOf(key) {
      const alive = servers.find(({ process }) => process.exitCode === null && process.signalCode === null);
      const client = new Redis(alive?.url ?? '', { password: PASSWORD });
      const slot = Number(await client.cluster('KEYSLOT', key));
      client.disconnect();
      return SLOTS.findIndex(([from, to]) => slot >= from && slot <= to);
    },
    kill: (node) => servers[node]?.stop(),
    async restart(node) {
      servers[node] = await start(node);
    },
    stall: (node) => void servers[node]?.process.kill('SIGSTOP'),
    goOn: (node) => void servers[node]?.process.kill('SIGCONT'),
  };
}

function missing(): never {
  throw new Error('no such node');
}
