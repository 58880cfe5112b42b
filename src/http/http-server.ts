import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import websocket from '@fastify/websocket';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import type { Descriptors } from '../observability/descriptors.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { HttpProblem } from './problem.ts';

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly trustProxy: string[];
  readonly maxRequestBytes: number;
  /** How many connections may be open at once: those beyond are closed as they come. */
  readonly descriptors: Pick<Descriptors, 'mostIncoming' | 'refused'>;
  /** Refuses plain HTTP, but for health checks and metrics, which come from inside. */
  readonly enforceHttps: boolean;
}

/** Twilio's largest message is a media frame of a few hundred bytes. */
const MAX_WEBSOCKET_MESSAGE_BYTES = 64 * 1024;
/** Twilio gives a webhook 15 s (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). */
const REQUEST_TIMEOUT_MS = 15_000;

/** The server that every address lives on: limits, security headers, problem+json, and the duration of requests. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { logger, metrics, descriptors } = options;
  const server: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy.length > 0 ? options.trustProxy : false,
    bodyLimit: options.maxRequestBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) =>
      sendProblem(reply as FastifyReply, new HttpProblem(error.statusCode ?? 400, error.message)),
  });
  limitConnections(server.server, descriptors);
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error instanceof HttpProblem) return sendProblem(reply, error);
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, new HttpProblem(status, error.message));
    request.log.error({ code: error.code, err: error }, 'a request failed');
    return sendProblem(reply, new HttpProblem(500, 'The request failed here; it may be repeated.'));
  });
  server.setNotFoundHandler((_request, reply) => sendProblem(reply, new HttpProblem(404, 'There is nothing here.')));
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status_code: String(reply.statusCode) };
    metrics.httpRequestDuration.observe(labels, reply.elapsedTime);
  });
  if (options.enforceHttps) {
    server.addHook('onRequest', async (request) => {
      const isFromInside = request.url.startsWith('/health') || request.url === '/metrics';
      // A proxy may call a WebSocket's handshake by its own name.
      const isSecure = ['https', 'wss'].includes(request.protocol);
      if (!isSecure && !isFromInside) throw new HttpProblem(403, 'Use https.');
    });
  }
  await server.register(helmet);
  await server.register(websocket, {
    options: { maxPayload: MAX_WEBSOCKET_MESSAGE_BYTES, perMessageDeflate: false },
    errorHandler: (_error, socket) => socket.terminate(),
    // The default closes every socket at once and would cut live calls; these are over when the server closes.
    preClose(done) {
      for (const client of server.websocketServer.clients) client.terminate();
      server.websocketServer.close(() => done());
    },
  });
  return server;
}

/** Not by `maxConnections`: what one worker refuses by that, the others are asked to take, round and round. */
function limitConnections(server: Server, { mostIncoming, refused }: HttpServerOptions['descriptors']): void {
  let open = 0;
  server.on('connection', (socket: Socket) => {
    if (open >= mostIncoming) {
      socket.destroy();
      refused();
      return;
    }
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
  });
}

function sendProblem(reply: FastifyReply, { status, message, fields }: HttpProblem) {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: STATUS_CODES[status] ?? 'Error',
        status,
        detail: message,
        ...(fields.length > 0 ? { errors: fields } : {}),
      }),
    );
}
