import type { FastifyInstance } from 'fastify';
import type { DeliveryReport } from '../alerting/alert-ledger.ts';
import type { DeliveryId, PhoneNumber } from '../call/ids.ts';
import { HttpProblem, parseInput } from '../http/problem.ts';
import { type SignatureCheck, takeSigned } from './twilio-signature.ts';
import type { Twiml } from './twiml.ts';
import {
  callReportMessageSchema,
  deliveryQuerySchema,
  deliveryReportMessageSchema,
  keyMessageSchema,
  smsMessageSchema,
} from './webhook-message.ts';

export interface ContactWebhookDependencies {
  readonly signatures: SignatureCheck;
  readonly twiml: Twiml;
  /** Resolves to false when the report could be neither applied nor kept. */
  readonly onReport: (report: DeliveryReport) => Promise<boolean>;
  /** Does what a text message asks for; resolves to the answer, or null for silence. */
  readonly onMessage: (from: PhoneNumber, text: string) => Promise<string | null>;
  /** Does what a key means that was pressed during a call with an alert; null when it means nothing. */
  readonly onKey: (deliveryId: DeliveryId, key: string) => Promise<string | null>;
}

/** What comes back from contacts: reports of deliveries, what they write, and the keys that they press. */
export function registerContactWebhooks(server: FastifyInstance, dependencies: ContactWebhookDependencies): void {
  const { signatures, twiml, onReport, onMessage, onKey } = dependencies;
  takeSigned(server, signatures);

  server.post('/sms/status', async (request, reply) => {
    await report('sms', request.query, parseInput(deliveryReportMessageSchema, request.body));
    return reply.code(204).send();
  });

  server.post('/voice/alert-status', async (request, reply) => {
    await report('voice', request.query, parseInput(callReportMessageSchema, request.body));
    return reply.code(204).send();
  });

  server.post('/sms/incoming', async (request, reply) => {
    const { from, text } = parseInput(smsMessageSchema, request.body);
    const answer = from === null ? null : await onMessage(from, text);
    return reply.type('text/xml; charset=utf-8').send(twiml.reply(answer));
  });

  server.post('/voice/alert', async (request, reply) => {
    const { delivery } = parseInput(deliveryQuerySchema, request.query);
    const answer = await onKey(delivery, parseInput(keyMessageSchema, request.body).key);
    return reply.type('text/xml; charset=utf-8').send(answer === null ? twiml.askAgain() : twiml.thank(answer));
  });

  /** A message that is not ours to follow, and steps on the way, change nothing. */
  async function report(channel: DeliveryReport['channel'], query: unknown, message: ReportMessage): Promise<void> {
    const { status, ...rest } = message;
    const { success, data } = deliveryQuerySchema.safeParse(query);
    if (!success || status === null) return;
    const isTaken = await onReport({ deliveryId: data.delivery, channel, status, ...rest });
    if (!isTaken) throw new HttpProblem(503, 'The report cannot be taken now; it may be repeated.');
  }
}

type ReportMessage = Omit<DeliveryReport, 'deliveryId' | 'channel' | 'status'> & {
  readonly status: DeliveryReport['status'] | null;
};
