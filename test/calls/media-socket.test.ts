import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { twilioSignature } from '../../src/simulators/twilio-signature.ts';
import { eventually } from '../support/eventually.ts';
import { incoming, newCallSid } from '../support/incoming-call.ts';
import { PUBLIC_ORIGIN, startService, type TestService } from '../support/service.ts';

async function openSocket(service: TestService): Promise<{ socket: WebSocket; closeCode: () => number | null }> {
  let code: number | null = null;
  const socket = new WebSocket(`${service.url.replace('http', 'ws')}/voice/stream`, {
    headers: {
      'x-twilio-signature': twilioSignature(
        service.standIns.credentials.authToken,
        `${PUBLIC_ORIGIN.replace('https', 'wss')}/voice/stream`,
      ),
    },
  });
  socket.on('close', (closeCode) => {
    code = closeCode;
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { socket, closeCode: () => code };
}

describe('a media socket', () => {
  it('without a start is closed', async () => {
    const service = await startService({
      limits: (limits) => ({ ...limits, mediaStream: { ...limits.mediaStream, startMs: 50 } }),
    });
    const { closeCode } = await openSocket(service);
    expect(await eventually(closeCode)).toBe(1008);
  });

  it('is closed by ten broken messages in a row, and not by nine', async () => {
    const service = await startService();
    const nine = await openSocket(service);
    const ten = await openSocket(service);
    for (let i = 0; i < 9; i++) nine.socket.send('{');
    nine.socket.send('{"event":"mark","mark":{"name":"x"}}');
    nine.socket.send('{');
    for (let i = 0; i < 10; i++) ten.socket.send(Buffer.from([0]));
    expect(await eventually(ten.closeCode)).toBe(1008);
    await eventually(async () =>
      (await service.app.metrics()).includes('ethiq_media_frames_total{outcome="broken"} 20'),
    );
    expect(nine.closeCode()).toBeNull();
    nine.socket.terminate();
  });

  it('is closed by a message over 64 KiB, alone', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    const { socket, closeCode } = await openSocket(service);
    socket.send('x'.repeat(64 * 1024 + 1));
    expect(await eventually(closeCode)).toBe(1009);
    expect(call.isConnected).toBe(true);
    await call.hangUp();
  });

  it('takes a token once, for its own call alone', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const callSid = newCallSid();
    const twiml = await (await service.webhook('/voice/incoming', incoming(lineNumber, callSid))).text();
    const token = /name="token" value="([^"]+)"/.exec(twiml)?.[1] ?? '';
    const start = async (sid: string) => {
      const opened = await openSocket(service);
      const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
      const streamSid = `MZ${randomBytes(16).toString('hex')}`;
      opened.socket.send(
        JSON.stringify({
          event: 'start',
          start: { streamSid, callSid: sid, mediaFormat, customParameters: { token } },
        }),
      );
      return opened;
    };
    expect(await eventually((await start(newCallSid())).closeCode)).toBe(1008);
    const rightful = await start(callSid);
    await eventually(() => service.events.some(({ type }) => type === 'call.started'));
    expect(await eventually((await start(callSid)).closeCode)).toBe(1008);
    expect(rightful.closeCode()).toBeNull();
    rightful.socket.terminate();
  });
});
