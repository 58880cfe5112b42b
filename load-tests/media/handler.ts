import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/**
 * What the service is compared with, a process of its own: `floor` receives and discards, which is the least that a server
 * made with ws can do; `plain` does what a tutorial does: parses each frame and forwards its audio to the recogniser at once.
 */
const [, , kind, recogniserUrl] = process.argv;

function forward(socket: WebSocket): void {
  const recogniser = new WebSocket(`${recogniserUrl}/v1/listen?encoding=mulaw&sample_rate=8000&interim_results=true`, {
    perMessageDeflate: false,
  });
  const waiting: Buffer[] = [];
  recogniser.on('open', () => {
    for (const audio of waiting) recogniser.send(audio);
  });
  recogniser.on('error', () => recogniser.terminate());
  recogniser.on('message', (data) => JSON.parse(String(data)));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { event: string; media?: { payload: string } };
    if (message.event === 'stop') recogniser.send(JSON.stringify({ type: 'CloseStream' }));
    if (message.media === undefined) return;
    const audio = Buffer.from(message.media.payload, 'base64');
    if (recogniser.readyState === WebSocket.OPEN) recogniser.send(audio);
    else waiting.push(audio);
  });
}

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  if (kind === 'plain') forward(socket);
  else socket.on('message', () => undefined);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
