import { createServer } from 'node:http';
import type { DeepgramFaults } from './deepgram-stand-in.ts';
import type { OpenAIFaults } from './openai-stand-in.ts';
import { listen, readBody, stop } from './stand-in-server.ts';
import type { StandIns } from './stand-ins.ts';
import type { MessageFault } from './twilio-stand-in.ts';

/** What is to go wrong from now on; what is not named stays as it is. */
interface FaultOrder {
  readonly deepgram?: Partial<DeepgramFaults>;
  readonly openai?: Partial<OpenAIFaults>;
  /** What the next requests to send a message to each number meet, in order. */
  readonly messages?: Readonly<Record<string, MessageFault[]>>;
  /** Resets every connection to the recogniser. */
  readonly dropConnections?: boolean;
}

/** Lets another process set the faults of the stand-ins: `POST /faults`, a `FaultOrder` as JSON. */
export async function startFaultControl(
  { deepgram, openai, twilio }: StandIns,
  port = 0,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST' || request.url !== '/faults') return response.writeHead(404).end();
    const order = JSON.parse(await readBody(request)) as FaultOrder;
    Object.assign(deepgram.faults, order.deepgram);
    Object.assign(openai.faults, order.openai);
    for (const [number, faults] of Object.entries(order.messages ?? {})) twilio.faults.set(number, faults);
    if (order.dropConnections) deepgram.dropAll();
    return response.writeHead(204).end();
  });
  const address = await listen(server, port);
  return { url: `http://127.0.0.1:${address}/faults`, stop: () => stop(server) };
}
