import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Limits } from '../../src/limits.ts';
import { BANK_IMPERSONATION } from '../../src/simulators/scenarios.ts';
import { twilioSignature } from '../../src/simulators/twilio-signature.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startTestRedis } from '../support/redis.ts';
import { completed, PUBLIC_ORIGIN, phoneNumber, startService, type TestService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const newCallSid = (): string => `CA${randomBytes(16).toString('hex')}`;
const incoming = (to: string, callSid = newCallSid()) => ({
  CallSid: callSid,
  From: phoneNumber(),
  To: to,
  CallStatus: 'ringing',
  Direction: 'inbound',
});

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

describe('a slow database', () => {
  it('does not keep the telephone waiting, and the call is monitored all the same', async () => {
    const database = await startTcpProxy(await createTestDatabase());
    const service = await startService({ databaseUrl: database.url });
    const { lineNumber, contacts } = await service.household();
    database.delayMs = 1_000;
    const call = service.call(lineNumber);
    const askedAtMs = performance.now();
    await call.dial();
    // The answer waits 40 ms for the owner; the rest is room for a busy machine, well below the database's second.
    expect(performance.now() - askedAtMs).toBeLessThan(500);
    await call.connect();
    database.delayMs = 0;
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => service.messagesTo(contacts[0]?.phoneNumber ?? '').length === 1);
    await call.hangUp();
  });

  it('that is away lets the call be recorded and alerted when it is back', async () => {
    const database = await startTcpProxy(await createTestDatabase());
    const service = await startService({ databaseUrl: database.url });
    const { lineNumber, contacts } = await service.household();
    const call = await service.ring(lineNumber);
    await eventually(async () => (await service.recordOf(call.callSid)).status === 'in-progress');
    database.cut();
    await call.say(BANK_IMPERSONATION.lines);
    database.restore();
    await eventually(() => service.messagesTo(contacts[0]?.phoneNumber ?? '').length === 1);
    await call.hangUp();
    const record = await completed(service, call.callSid);
    expect(record.transcript.map(({ text }) => text).join(' ')).toBe(
      BANK_IMPERSONATION.lines.map(({ text }) => text).join(' '),
    );
  });
});

describe('too many calls', () => {
  it('are answered and connected without monitoring, and counted', async () => {
    const environment = { MAX_CALLS: '1', CONSENT_ANNOUNCEMENT: 'You are heard.' };
    const service = await startService({ environment });
    const { lineNumber } = await service.household();
    const first = await service.ring(lineNumber);
    await eventually(() => service.events.some(({ type }) => type === 'call.started'));
    const second = incoming(lineNumber);
    const answer = await (await service.webhook('/voice/incoming', second)).text();
    expect(answer).toMatch(
      /<Pause length="\d+"\/><Redirect method="POST">https:\/\/calls\.test\/voice\/incoming<\/Redirect>/,
    );
    expect(answer).not.toContain('<Hangup');
    expect(await service.app.metrics()).toContain('ethiq_unmonitored_calls_total{reason="at_capacity"} 1');
    const resumed = await service.webhook('/voice/resume', {
      ...incoming(lineNumber, first.callSid),
      CallStatus: 'in-progress',
    });
    expect(await resumed.text()).toContain('<Stream');
    await first.hangUp();
    await eventually(() => service.events.some(({ type }) => type === 'call.ended'));
    const later = await (await service.webhook('/voice/incoming', { ...second, CallStatus: 'in-progress' })).text();
    expect(later).toContain('<Stream');
    expect(later, 'who is heard from now on is told now').toContain('You are heard.');
  });
});

/** Keeps the event loop of this process busy, 200 ms at a time, until what it returns is called. */
function hold(): () => void {
  let isHeld = true;
  const work = (): void => {
    const endsAtMs = performance.now() + 200;
    while (performance.now() < endsAtMs) Math.sqrt(endsAtMs);
    if (isHeld) setImmediate(work);
  };
  work();
  return () => {
    isHeld = false;
  };
}

describe('a process whose event loop is late', () => {
  const quickly = (limits: Limits): Limits => ({ ...limits, load: { ...limits.load, everyMs: 100 } });
  const stateOf = async (service: TestService) =>
    ((await (await fetch(`${service.url}/health`)).json()) as { checks: { event_loop: string } }).checks.event_loop;
  const answer = async (service: TestService, path: string, fields: Record<string, string>) =>
    (await service.webhook(path, fields)).text();

  it('takes no new calls, which go on unmonitored, but those that were heard before; until it keeps up again', async () => {
    const service = await startService({ environment: { MAX_LOOP_LAG_MS: '100' }, limits: quickly });
    const { lineNumber } = await service.household();
    const elsewhere = incoming(lineNumber);
    await answer(service, '/voice/incoming', elsewhere);
    await service.ring(lineNumber);
    await eventually(() => service.events.some(({ type }) => type === 'call.started'));
    const letGo = hold();
    await eventually(async () => (await stateOf(service)) === 'error');
    const call = incoming(lineNumber);
    expect(await answer(service, '/voice/incoming', call)).toMatch(
      /<Pause length="15"\/><Redirect method="POST">https:\/\/calls\.test\/voice\/incoming<\/Redirect>/,
    );
    expect(await service.app.metrics()).toContain('ethiq_unmonitored_calls_total{reason="event_loop_lag"} 1');
    expect(await answer(service, '/voice/resume', elsewhere)).toContain('<Stream');
    letGo();
    await eventually(async () => (await stateOf(service)) === 'ok');
    expect(await answer(service, '/voice/incoming', call)).toContain('<Stream');
  });

  it('takes its first call however late it is: no call is the reason', async () => {
    const service = await startService({ environment: { MAX_LOOP_LAG_MS: '100' }, limits: quickly });
    const { lineNumber } = await service.household();
    const letGo = hold();
    await eventually(async () => (await stateOf(service)) === 'error');
    expect(await answer(service, '/voice/incoming', incoming(lineNumber))).toContain('<Stream');
    letGo();
  });
});

describe('a call that comes back', () => {
  /** On a machine that others keep busy Postgres may take longer than a telephone is kept waiting. */
  const patiently = (limits: Limits): Limits => ({ ...limits, webhook: { ...limits.webhook, directoryMs: 5_000 } });
  const resume = async (service: TestService, fields: Record<string, string>) =>
    (await service.webhook('/voice/resume', { ...fields, CallStatus: 'in-progress' })).text();

  it('is refused when nobody has answered it before', async () => {
    const service = await startService({ limits: patiently });
    const { lineNumber } = await service.household();
    expect(await resume(service, incoming(lineNumber))).toContain('<Hangup/>');
  });

  it('is not refused while Redis, which may know it, is away', async () => {
    const link = await startTcpProxy(await startTestRedis());
    const service = await startService({ environment: { REDIS_URL: link.url }, limits: patiently });
    const { lineNumber } = await service.household();
    expect(await resume(service, incoming(lineNumber))).toContain('<Hangup/>');
    link.cut();
    // Once the connection is known to be gone, Redis is not even asked.
    await eventually(async () => (await (await fetch(`${service.url}/health`)).text()).includes('"redis":"error"'));
    expect(await resume(service, incoming(lineNumber))).toContain('<Stream');
  });

  it('goes on though its stream never opened, and the answer is a moment old', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = incoming(lineNumber);
    await service.webhook('/voice/incoming', call);
    expect(await resume(service, call)).toContain('<Stream');
  });

  it('goes on when the database cannot say', async () => {
    const database = await startTcpProxy(await createTestDatabase());
    const service = await startService({ databaseUrl: database.url });
    const { lineNumber } = await service.household();
    database.cut();
    expect(await resume(service, incoming(lineNumber))).toContain('<Stream');
    database.restore();
  });

  it('goes on after Twilio had to ask the fallback', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = incoming(lineNumber);
    expect(await (await service.webhook('/voice/fallback', call)).text()).toContain('/voice/resume');
    await eventually(async () => (await resume(service, call)).includes('<Stream'));
  });
});

describe('a repeated webhook', () => {
  it('is answered again and changes nothing that is known', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    await call.say(BANK_IMPERSONATION.lines);
    await eventually(() => service.events.some(({ type }) => type === 'alert.raised'));
    const again = await service.webhook('/voice/incoming', incoming(lineNumber, call.callSid));
    expect(await again.text()).toContain('<Stream');
    await call.hangUp();
    expect((await completed(service, call.callSid)).risk).toBe('critical');
    await service.webhook('/voice/incoming', incoming(lineNumber, call.callSid));
    await service.webhook('/voice/status', { CallSid: call.callSid, CallStatus: 'completed' });
    expect(await service.recordOf(call.callSid)).toMatchObject({ status: 'completed', risk: 'critical' });
  });
});

describe('an unsigned request', () => {
  it.each([
    ['text/plain', 'CallSid=CA'],
    ['application/json', '{'],
    ['application/json', '{"CallSid":"CA"}'],
    ['application/x-www-form-urlencoded', 'CallSid=CA'],
    ['image/png', '\u0000'],
  ])('is refused with 403, whatever it is: %s %s', async (type, body) => {
    const service = await startService();
    for (const path of [
      '/voice/incoming',
      '/voice/transcription',
      '/voice/alert',
      '/voice/alert-status',
      '/sms/incoming',
    ]) {
      const response = await fetch(service.url + path, { method: 'POST', headers: { 'content-type': type }, body });
      expect(response.status).toBe(403);
    }
  });
});

describe("what Twilio's recogniser says", () => {
  const callSid = newCallSid();
  const post = async (service: TestService, body: string, hash = createHash('sha256').update(body).digest('hex')) => {
    const path = `/voice/transcription?bodySHA256=${hash}`;
    const signature = twilioSignature(service.standIns.credentials.authToken, PUBLIC_ORIGIN + path);
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
    return (await fetch(service.url + path, { method: 'POST', headers, body })).status;
  };

  it('is taken as signed JSON too, and does nothing to a call that has another recogniser', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const call = await service.ring(lineNumber);
    const words = { CallSid: call.callSid, TranscriptionText: 'read me the code', SequenceNumber: 1, IsFinal: true };
    expect(await post(service, JSON.stringify(words))).toBe(204);
    expect((await service.webhook('/voice/transcription', { CallSid: call.callSid })).status).toBe(204);
    await call.hangUp();
    expect((await completed(service, call.callSid)).transcript).toEqual([]);
  });

  it.each(['{}', '{', 'null', '[]', JSON.stringify({ CallSid: callSid, TranscriptionText: 3 })])(
    'is answered with 204 when it is signed and means nothing: %s',
    async (body) => {
      expect(await post(await startService(), body)).toBe(204);
    },
  );

  it('is refused with 403 when the signature is of another body', async () => {
    const hash = createHash('sha256').update('{}').digest('hex');
    expect(await post(await startService(), JSON.stringify({ CallSid: callSid }), hash)).toBe(403);
  });
});

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

describe('a hundred calls', () => {
  it('leave no socket and no timer behind', async () => {
    const service = await startService();
    const { lineNumber } = await service.household();
    const resources = () => process.getActiveResourcesInfo().filter((name) => name !== 'TCPSocketWrap').length;
    const play = async () => {
      const call = await service.ring(lineNumber);
      await call.say([{ speaker: 'caller', text: 'Hello there' }]);
      await call.hangUp();
    };
    const playTogether = (calls: number) => Promise.all(Array.from({ length: calls }, play));
    const ended = () => service.events.filter(({ type }) => type === 'call.ended').length;
    await playTogether(10); // pools and agents fill
    await eventually(() => ended() === 10);
    const before = resources();
    for (let round = 0; round < 10; round++) await playTogether(10);
    await eventually(() => ended() === 110);
    expect(await service.app.metrics()).toContain('active_calls_total 0');
    await eventually(() => service.standIns.deepgram.openConnections === 0);
    // The ten connections to Postgres have a timer each while they are idle; a leak would be a hundred.
    await eventually(() => resources() <= before + 15);
  }, 60_000);
});
