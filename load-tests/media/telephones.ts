import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BANK_IMPERSONATION, GENUINE_FRAUD_DESK } from '../../src/simulators/scenarios.ts';
import { CONVERSATION, FRAME_MS } from '../../src/simulators/spoken-audio.ts';
import { createMicroseconds, createStamper, encodeScript, type UnstampedFrame } from './stamped-audio.ts';

/**
 * The telephones, a process of its own: plays many calls at real time. It writes WebSocket frames by hand, since a client
 * that may be dearer than what is measured would be measured as well.
 */
export interface TelephoneJob {
  readonly port: number;
  readonly calls: readonly TelephoneCall[];
  /** The calls begin spread over `rampMs`; then come `warmMs`, and what is measured. Then they go on until they are told more. */
  readonly rampMs: number;
  readonly warmMs: number;
  readonly windowMs: number;
}

/** More calls, which begin spread over `rampMs`. When all have played for `playMs`, they go on until they are told to hang up. */
export interface LaterCalls {
  readonly calls: readonly TelephoneCall[];
  readonly rampMs: number;
  readonly playMs: number;
}

export type HangUp = 'hang-up';

export interface TelephoneCall {
  readonly number: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly callSid: string;
  readonly token: string;
  readonly isScam: boolean;
}

export type TelephoneReport =
  | { readonly type: 'window-begins' }
  | { readonly type: 'window-ends'; readonly frames: number }
  | { readonly type: 'later-played' }
  | {
      readonly type: 'over';
      readonly sent: ReadonlyArray<readonly [call: number, frames: number]>;
      readonly lateMs: number;
      /** Why streams could not be opened, each time. */
      readonly refused: readonly string[];
      readonly closed: number;
    };

const TICK_MS = 4;
/** What slow handshakes may add to the time that is played. */
const SLOW_BEGINNING_MS = 30_000;
/** More than dialling later calls takes, and playing them. */
const LATER_MS = 60_000;
const IN_FLIGHT_MS = 2_000;
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;
const TEXT = 0x81;
const CLOSE = 0x88;
const MASKED = 0x80;
const LONG = 126;
/** Frames that a call may be behind before it gives up being on time. */
const MOST_AT_ONCE = 100;
const nowUs = createMicroseconds();
const report = (message: TelephoneReport): void => void process.send?.(message);

process.once('message', (job: TelephoneJob) => void run(job));

const nextMessage = <Message>(): Promise<Message> => new Promise((come) => process.once('message', come));

interface Playing {
  readonly call: TelephoneCall;
  sent: number;
  isClosed: boolean;
  begin(): Promise<void>;
  /** Sends what is due; returns how late the oldest of it was. */
  play(nowMs: number): number;
  end(): void;
}

async function run({ port, calls, rampMs, warmMs, windowMs }: TelephoneJob): Promise<void> {
  const frameCount = Math.ceil((rampMs + warmMs + windowMs + LATER_MS + SLOW_BEGINNING_MS) / FRAME_MS);
  const honest = encodeScript(GENUINE_FRAUD_DESK.lines, CONVERSATION, frameCount);
  const scam = encodeScript(BANK_IMPERSONATION.lines, CONVERSATION, frameCount);
  const playing: Playing[] = [];
  const sentFrames = (): number => playing.reduce((sum, { sent }) => sum + sent, 0);
  let lateMs = 0;
  const refused: string[] = [];
  const ticking = setInterval(() => {
    const nowMs = performance.now();
    for (const each of playing) lateMs = Math.max(lateMs, each.play(nowMs));
  }, TICK_MS);
  await begin(calls, rampMs);
  await sleep(warmMs);
  lateMs = 0;
  const before = sentFrames();
  report({ type: 'window-begins' });
  await sleep(windowMs);
  report({ type: 'window-ends', frames: sentFrames() - before });
  const told = await nextMessage<LaterCalls | HangUp>();
  if (told !== 'hang-up') {
    await begin(told.calls, told.rampMs);
    await sleep(told.playMs);
    report({ type: 'later-played' });
    await nextMessage<HangUp>();
  }
  clearInterval(ticking);
  await sleep(IN_FLIGHT_MS);
  const closed = playing.filter(({ isClosed }) => isClosed).length;
  for (const each of playing) each.end();
  await sleep(1_000);
  const sent = playing.map(({ call, sent: frames }) => [call.number, frames] as const);
  process.send?.({ type: 'over', sent, lateMs, refused, closed } satisfies TelephoneReport, () => process.exit(0));

  async function begin(begun: readonly TelephoneCall[], overMs: number): Promise<void> {
    const beginning = begun.map((call) => createPlaying(port, call, call.isScam ? scam : honest));
    playing.push(...beginning);
    await Promise.all(
      beginning.map(async (each, at) => {
        await sleep((at / beginning.length) * overMs);
        await each.begin().catch(({ message }: Error) => refused.push(message));
      }),
    );
  }
}

function createPlaying(port: number, call: TelephoneCall, frames: readonly UnstampedFrame[]): Playing {
  const streamSid = `MZ${randomBytes(16).toString('hex')}`;
  const stampAt = createStamper(call.number);
  const out = Buffer.alloc(4_096);
  let socket: Socket | null = null;
  let beganMs = 0;

  const playing: Playing = {
    call,
    sent: 0,
    isClosed: false,
    async begin() {
      const opened = await open(port, call);
      opened.on('close', () => {
        playing.isClosed = true;
      });
      opened.on('error', () => opened.destroy());
      opened.resume();
      opened.write(message(TEXT, JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' })));
      opened.write(
        message(
          TEXT,
          JSON.stringify({ event: 'start', sequenceNumber: '1', start: start(call, streamSid), streamSid }),
        ),
      );
      beganMs = performance.now();
      socket = opened;
    },
    play(nowMs) {
      if (socket === null || playing.isClosed) return 0;
      const due = Math.floor((nowMs - beganMs) / FRAME_MS) + 1;
      const lateMs = nowMs - beganMs - playing.sent * FRAME_MS;
      for (let n = 0; playing.sent < due && n < MOST_AT_ONCE; n++) {
        const frame = frames[playing.sent];
        if (frame === undefined) break;
        playing.sent += 1;
        const text = `{"event":"media","sequenceNumber":"${playing.sent + 1}","media":{"track":"inbound","chunk":"${playing.sent}","timestamp":"${playing.sent * FRAME_MS}","payload":"${frame.before}${stampAt(nowUs())}${frame.after}"},"streamSid":"${streamSid}"}`;
        socket.write(message(TEXT, text));
      }
      return Math.max(0, lateMs);
    },
    end() {
      if (socket === null || playing.isClosed) return;
      socket.write(
        message(
          TEXT,
          JSON.stringify({ event: 'stop', sequenceNumber: '0', stop: { callSid: call.callSid }, streamSid }),
        ),
      );
      socket.end(message(CLOSE, ''));
    },
  };
  return playing;

  /** https://www.rfc-editor.org/rfc/rfc6455#section-5.2: one masked frame of at most 64 KiB. */
  function message(opcode: number, text: string): Buffer {
    const isLong = text.length >= LONG;
    out[0] = opcode;
    out[1] = MASKED | (isLong ? LONG : text.length);
    if (isLong) out.writeUInt16BE(text.length, 2);
    const maskAt = isLong ? 4 : 2;
    out.set(MASK, maskAt);
    const bodyAt = maskAt + MASK.length;
    out.write(text, bodyAt, 'latin1');
    for (let i = 0; i < text.length; i++) out[bodyAt + i] = (out[bodyAt + i] as number) ^ (MASK[i & 3] as number);
    return Buffer.from(out.subarray(0, bodyAt + text.length));
  }
}

const start = ({ callSid, token }: TelephoneCall, streamSid: string) => ({
  accountSid: 'AC',
  streamSid,
  callSid,
  tracks: ['inbound'],
  mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
  customParameters: { token },
});

function open(port: number, { path, headers }: TelephoneCall): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const timer = setTimeout(() => socket.destroy(new Error('no answer to the handshake')), 10_000);
    const lines = [
      `GET ${path} HTTP/1.1`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    socket.once('connect', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed without an answer to the handshake')));
    socket.once('data', (answer) => {
      clearTimeout(timer);
      if (answer.toString('latin1', 0, 12) !== 'HTTP/1.1 101')
        return socket.destroy(new Error(`the handshake was answered with ${answer.toString('latin1', 9, 12)}`));
      socket.off('error', reject);
      return resolve(socket);
    });
  });
}
