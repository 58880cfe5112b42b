import type { FastifyInstance } from 'fastify';
import type { DeliveryReport } from '../alerting/alert-ledger.ts';
import type { PhoneNumber } from '../call/ids.ts';
import { HttpProblem, parseInput } from '../http/problem.ts';
import { type SignatureCheck, takeSigned } from './twilio-signature.ts';
import type { Twiml } from './twiml.ts';
import { deliveryReportMessageSchema, deliveryReportQuerySchema, smsMessageSchema } from './webhook-message.ts';

export interface SmsWebhookDependencies {
  readonly signatures: SignatureCheck;
  readonly twiml: Twiml;
  /** Resolves to false when the report could be neither applied nor kept. */
  readonly onReport: (report: DeliveryReport) => Promise<boolean>;
  /** Does what a text message asks for; resolves to the answer, or null for silence. */
  readonly onMessage: (from: PhoneNumber, text: string) => Promise<string | null>;
}

/** Delivery reports, and what contacts write back. */
export function registerSmsWebhooks(server: FastifyInstance, dependencies: SmsWebhookDependencies): void {
  const { signatures, twiml, onReport, onMessage } = dependencies;
  takeSigned(server, signatures);

  server.post('/sms/status', async (request, reply) => {
    const query = deliveryReportQuerySchema.safeParse(request.query);
    const { status, ...report } = parseInput(deliveryReportMessageSchema, request.body);
    // A message that is not ours to follow, and steps on the way, change nothing.
    if (query.success && status !== null) {
      const isTaken = await onReport({ deliveryId: query.data.delivery, status, ...report });
      if (!isTaken) throw new HttpProblem(503, 'The report cannot be taken now; it may be repeated.');
    }
    return reply.code(204).send();
  });

  server.post('/sms/incoming', async (request, reply) => {
    const { from, text } = parseInput(smsMessageSchema, request.body);
    const answer = from === null ? null : await onMessage(from, text);
    return reply.type('text/xml; charset=utf-8').send(twiml.reply(answer));
  });
}
