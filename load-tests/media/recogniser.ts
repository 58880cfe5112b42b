import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { type WebSocket, WebSocketServer } from 'ws';
import { createRecogniser } from '../../src/simulators/recogniser.ts';
import { decodeFrame, FRAME_BYTES } from '../../src/simulators/spoken-audio.ts';
import { createMicroseconds, type Stamp, takeStamp } from './stamped-audio.ts';

/** The recogniser, a process of its own: answers as Deepgram does, and takes down when each frame of each call came. */
export interface HeardReport {
  /** The sequence after the last that came of each call. */
  readonly nextOf: ReadonlyMap<number, number>;
  readonly heard: number;
  /** Frames that were passed over. */
  readonly lost: number;
  readonly repeated: number;
  /** Frames that were altered on the way. */
  readonly wrong: number;
  readonly messages: number;
  /** What was answered: messages, and their bytes. */
  readonly said: number;
  readonly saidBytes: number;
  /** From the telephone's write to the arrival here, over the frames from `fromSequence` on, until told otherwise. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** When each final result with words was sent, microseconds of the monotonic clock. */
  readonly finals: ReadonlyArray<readonly [call: number, sentUs: number]>;
}

export type RecogniserOrder = 'stop-timing' | 'report';

const nowUs = createMicroseconds();
const fromSequence = Number(process.argv[2]);
const latencyUs = createHistogram();
/** What begins a frame (`src/simulators/spoken-audio.ts`). */
const MAGIC = [0xe7, 0x1c] as const;
/** The sequence that each call's next frame should have. */
const next = new Map<number, number>();
const finals: Array<[number, number]> = [];
let isTiming = true;
let heard = 0;
let lost = 0;
let repeated = 0;
let wrong = 0;
let messages = 0;
let said = 0;
let saidBytes = 0;

function serve(socket: WebSocket, parameters: URLSearchParams): void {
  let call = 0;
  let unread: Buffer = Buffer.alloc(0);
  const recogniser = createRecogniser(parameters, (message) => {
    if (socket.readyState !== socket.OPEN) return;
    if (isFinalWithWords(message)) finals.push([call, nowUs()]);
    const text = JSON.stringify(message);
    said += 1;
    saidBytes += text.length;
    socket.send(text);
  });

  /** Audio that is sent again after a connection was lost may begin anywhere in a frame. */
  function hear(data: Buffer): void {
    const atUs = nowUs();
    const audio = unread.length === 0 ? data : Buffer.concat([unread, data]);
    let at = 0;
    for (; at + FRAME_BYTES <= audio.length; at += isFrame(audio, at) ? FRAME_BYTES : 1) {
      if (!isFrame(audio, at)) continue;
      const stamp = takeStamp(audio, at);
      call = stamp.call;
      count(stamp, atUs);
      if (decodeFrame(audio, at) === null) wrong += 1;
    }
    recogniser.hear(audio.subarray(0, at));
    unread = audio.subarray(at);
  }

  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      messages += 1;
      hear(data as Buffer);
      return;
    }
    const { type } = JSON.parse(String(data)) as { type: string };
    if (type === 'Finalize') recogniser.finalize();
    if (type !== 'CloseStream') return;
    recogniser.close();
    socket.close(1000);
  });
  socket.on('error', () => socket.terminate());
}

const isFrame = (audio: Buffer, at: number): boolean => audio[at] === MAGIC[0] && audio[at + 1] === MAGIC[1];

function count({ call, sequence, sentUs }: Stamp, atUs: number): void {
  const expected = next.get(call) ?? 0;
  if (sequence < expected) {
    repeated += 1;
    return;
  }
  lost += sequence - expected;
  next.set(call, sequence + 1);
  heard += 1;
  if (isTiming && sequence >= fromSequence) latencyUs.record(Math.max(1, Math.round(atUs - sentUs)));
}

function isFinalWithWords(message: object): boolean {
  const { is_final: isFinal, channel } = message as {
    is_final?: boolean;
    channel?: { alternatives: Array<{ transcript: string }> };
  };
  return isFinal === true && channel?.alternatives[0]?.transcript !== '';
}

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer((_request, response) => response.end('{}'));
server.on('upgrade', (request, socket, head) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://recogniser');
  sockets.handleUpgrade(request, socket, head, (opened) => serve(opened, searchParams));
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.on('message', (told: RecogniserOrder) => {
  if (told === 'stop-timing') {
    isTiming = false;
    return;
  }
  const ms = (percentile: number): number => latencyUs.percentile(percentile) / 1_000;
  process.send?.({
    nextOf: next,
    heard,
    lost,
    repeated,
    wrong,
    messages,
    said,
    saidBytes,
    latencyMs: { p50: ms(50), p99: ms(99), max: latencyUs.max / 1_000 },
    finals,
  } satisfies HeardReport);
});
