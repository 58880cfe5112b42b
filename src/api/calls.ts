import type { FastifyInstance } from 'fastify';
import { callSidSchema } from '../call/ids.ts';
import { HttpProblem } from '../http/problem.ts';
import type { CallReader } from '../records/call-reader.ts';

/** What is recorded of calls. */
export function registerCallRoutes(server: FastifyInstance, readCall: CallReader): void {
  server.get<{ Params: { callSid: string } }>('/calls/:callSid', async (request) => {
    const callSid = callSidSchema.safeParse(request.params.callSid);
    const call = callSid.success ? await readCall(callSid.data) : null;
    if (call === null) throw new HttpProblem(404, 'There is no such call.');
    return call;
  });
}
