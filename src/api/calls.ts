import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { SCAM_TYPES } from '../call/facts.ts';
import { FEEDBACK_VERDICTS } from '../call/feedback.ts';
import { type CallSid, callSidSchema } from '../call/ids.ts';
import { wordsSchema } from '../call/utterance.ts';
import { HttpProblem, parseInput } from '../http/problem.ts';
import type { CallReader } from '../records/call-reader.ts';
import type { FeedbackStore } from '../records/feedback-store.ts';

interface CallAddress {
  Params: { callSid: string };
}

const opinionSchema = z
  .strictObject({
    verdict: z.enum(FEEDBACK_VERDICTS),
    scamType: z.enum(SCAM_TYPES).exclude(['none']).nullable().default(null),
    note: wordsSchema.pipe(z.string().trim().min(1).max(1_000)).nullable().default(null),
  })
  .refine(({ verdict, scamType }) => verdict === 'scam' || scamType === null, {
    path: ['scamType'],
    message: 'is for scams alone',
  });

/** What is recorded of calls, and what operators say of them. */
export function registerCallRoutes(server: FastifyInstance, readCall: CallReader, feedback: FeedbackStore): void {
  server.get<CallAddress>('/calls/:callSid', async ({ params }) => known(await readCall(callSidOf(params))));

  server.post<CallAddress>('/calls/:callSid/feedback', async (request, reply) => {
    const callSid = callSidOf(request.params);
    const opinion = parseInput(opinionSchema, request.body);
    return reply.code(201).send(known(await feedback.give(callSid, opinion)));
  });
}

const callSidOf = (params: CallAddress['Params']): CallSid => known(callSidSchema.safeParse(params.callSid).data);

function known<Found>(found: Found | null | undefined): Found {
  if (found == null) throw new HttpProblem(404, 'There is no such call.');
  return found;
}
