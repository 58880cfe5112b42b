import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';
import { type Clock, withinDeadline } from '../call/clock.ts';

/**
 * `/metrics` of several workers behind one port: a scrape reaches one of them and shows all. That one asks the primary,
 * which asks each worker and puts together what comes in time.
 *
 * Nothing is summed up: every series carries the number of its worker, which is never given twice. In a sum the end of a
 * worker would look to Prometheus as if every counter had begun anew.
 */
type Snapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

type FromWorker =
  | { readonly type: 'scrape' }
  | { readonly type: 'snapshot'; readonly id: number; readonly snapshot: Snapshot };
type FromPrimary =
  | { readonly type: 'scraped'; readonly text: string }
  | { readonly type: 'snapshot'; readonly id: number };

/** A worker that does not answer in time is left out, like one that has ended. */
const ANSWER_MS = 1_000;

/** In a worker: tells the primary of `registry` when asked. Returns what asks for the metrics of all workers. */
export function shareMetrics(registry: Registry, worker: number): () => Promise<string> {
  registry.setDefaultLabels({ worker: String(worker) });
  let scrapes: Array<(text: string) => void> = [];
  const send = (message: FromWorker): void => void process.send?.(message);

  process.on('message', async (message: FromPrimary) => {
    if (message.type === 'snapshot') {
      send({ type: 'snapshot', id: message.id, snapshot: await registry.getMetricsAsJSON() });
    } else if (message.type === 'scraped') {
      for (const answer of scrapes) answer(message.text);
      scrapes = [];
    }
  });
  return () =>
    new Promise((resolve) => {
      scrapes.push(resolve);
      send({ type: 'scrape' });
    });
}

/** In the primary: answers the workers that are scraped. */
export function collectMetrics(clock: Clock): void {
  const asked = new Map<number, (snapshot: Snapshot) => void>();
  let questions = 0;
  cluster.on('message', async (worker, message: FromWorker) => {
    if (message.type === 'snapshot') asked.get(message.id)?.(message.snapshot);
    else if (message.type === 'scrape') send(worker, { type: 'scraped', text: await scrapeAll() });
  });

  async function scrapeAll(): Promise<string> {
    const snapshots = (await Promise.all(livingWorkers().map(ask))).flatMap((snapshot) => (snapshot ? [snapshot] : []));
    return AggregatorRegistry.aggregate(snapshots.map(apart)).metrics();
  }

  async function ask(worker: Worker): Promise<Snapshot | undefined> {
    questions += 1;
    const id = questions;
    const answer = new Promise<Snapshot>((resolve) => asked.set(id, resolve));
    send(worker, { type: 'snapshot', id });
    const snapshot = await withinDeadline(clock, ANSWER_MS, answer);
    asked.delete(id);
    return snapshot;
  }
}

/** In the primary: those that messages reach. */
export const livingWorkers = (): Worker[] =>
  Object.values(cluster.workers ?? {}).flatMap((worker) => (worker?.isConnected() ? [worker] : []));

/** One that has just ended takes no message. */
const send = (worker: Worker, message: FromPrimary): void => void worker.send(message, () => undefined);

/** No two workers have a series in common, so that of each the first is all there is. */
const apart = (snapshot: Snapshot): object[] => snapshot.map((metric) => ({ ...metric, aggregator: 'first' }));
