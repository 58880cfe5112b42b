import type { FastifyInstance } from 'fastify';
import type { Clock } from '../call/clock.ts';
import type { CallEvent } from '../call/event.ts';
import type { CallFeed } from '../feed/call-feed.ts';

export interface EventRouteOptions {
  readonly clock: Clock;
  /** A viewer this far behind is cut off; it may come back and sees what happens from then on. */
  readonly bufferBytes: number;
  readonly heartbeatMs: number;
  readonly onSlowViewer: () => void;
}

/** Server-sent events of all calls on all instances (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function registerEventRoutes(server: FastifyInstance, feed: CallFeed, options: EventRouteOptions): void {
  server.get('/events', { exposeHeadRoute: false }, (request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write(': calls\n\n');
    const stopHeartbeat = options.clock.every(options.heartbeatMs, () => raw.write(': still here\n\n'));
    const unsubscribe = feed.subscribe((event) => {
      raw.write(encodeEvent(event));
      if (raw.writableLength > options.bufferBytes) {
        options.onSlowViewer();
        raw.destroy();
      }
    });
    request.raw.on('close', () => {
      stopHeartbeat();
      unsubscribe();
    });
  });
}

const encodeEvent = ({ type, ...data }: CallEvent): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
