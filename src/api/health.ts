import type { FastifyInstance } from 'fastify';
import type { Health } from '../observability/health.ts';
import type { Metrics } from '../observability/metrics.ts';

export interface HealthRouteOptions {
  readonly health: Health;
  readonly metrics: Metrics;
  readonly version: string;
  readonly environment: string;
  /** What protects this deployment; never a secret. */
  readonly security: Readonly<Record<string, boolean>>;
}

/** For load balancers, operators and the scraper. */
export function registerHealthRoutes(
  server: FastifyInstance,
  { health, metrics, version, environment, security }: HealthRouteOptions,
): void {
  server.get('/health', async (_request, reply) => {
    const report = await health.report();
    return reply.code(report.status === 'unhealthy' ? 503 : 200).send({ ...report, version, environment, security });
  });

  server.get('/health/live', async () => ({ status: 'ok' }));

  server.get('/health/ready', async (_request, reply) =>
    reply.code(health.isReady ? 200 : 503).send({ status: health.isReady ? 'ok' : 'error' }),
  );

  for (const [address, name] of [
    ['/health/database', 'database'],
    ['/health/cache', 'redis'],
  ] as const) {
    server.get(address, async (_request, reply) => {
      const state = await health.check(name);
      return reply.code(state === 'error' ? 503 : 200).send({ status: state });
    });
  }

  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.scrape()));
}
