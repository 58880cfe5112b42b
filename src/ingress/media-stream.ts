import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { msOfBytes } from '../call/audio.ts';
import { type Clock, every } from '../call/clock.ts';
import { HttpProblem } from '../http/problem.ts';
import type { AudioSink } from '../session/call-audio.ts';
import type { LiveCalls } from '../session/live-calls.ts';
import { readMediaFrame } from './media-frame.ts';
import { type MediaMessage, parseMediaMessage, type StartMessage } from './media-message.ts';
import type { StreamTokens } from './stream-token.ts';
import type { SignatureCheck } from './twilio-signature.ts';

export interface MediaStreamLimits {
  /** A socket that has not sent `start` by then is closed. */
  readonly startMs: number;
  /** Broken messages in a row that close the socket. */
  readonly brokenInARow: number;
  /** Proxies cut connections that look idle; a peer that answers no ping for a period is gone. */
  readonly pingMs: number;
}

export type FrameOutcome = 'forwarded' | 'missed' | 'before_start' | 'ignored' | 'broken';
export type StreamOutcome =
  | 'started'
  | 'stopped'
  | 'lost'
  | 'no_start'
  | 'bad_token'
  | 'at_capacity'
  | 'broken'
  | 'failed'
  | 'released'
  | 'call_over';

export interface MediaStreamObserver {
  frame(outcome: FrameOutcome): void;
  stream(outcome: StreamOutcome): void;
  /** A bug of ours; it costs this socket, and Twilio opens another. */
  failed(error: unknown): void;
}

export interface MediaStreamDependencies {
  readonly clock: Clock;
  readonly tokens: StreamTokens;
  readonly calls: LiveCalls;
  readonly limits: MediaStreamLimits;
  readonly observer: MediaStreamObserver;
}

/** Close codes: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 and the IANA registry. */
const NORMAL = 1000;
const POLICY_VIOLATION = 1008;
const INTERNAL_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;

/** The address that the TwiML names. An unsigned handshake is refused before the upgrade. */
export function registerMediaStream(
  server: FastifyInstance,
  signatures: SignatureCheck,
  dependencies: MediaStreamDependencies,
): void {
  server.addHook('preValidation', async (request) => {
    if (!signatures.isSignedUpgrade(request)) throw new HttpProblem(403, 'The signature is not valid.');
  });
  server.get('/voice/stream', { websocket: true }, (socket) => handleMediaStream(socket, dependencies));
}

const readMessage = (data: Buffer): MediaMessage | null => readMediaFrame(data) ?? parseMediaMessage(data.toString());

/**
 * One media stream. Everything here is synchronous: Twilio throws audio away when it is read too slowly (its warning
 * 31930), and a listener that is attached late loses messages.
 */
function handleMediaStream(
  socket: WebSocket,
  { clock, tokens, calls, limits, observer }: MediaStreamDependencies,
): void {
  let sink: AudioSink | null = null;
  let brokenInARow = 0;
  let lastChunk = 0;
  let isAlive = true;
  const cancelStart = clock.after(limits.startMs, () => reject('no_start', POLICY_VIOLATION));
  const stopPings = every(clock, limits.pingMs, ping);

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    isAlive = true;
    try {
      const message = isBinary ? null : readMessage(data as Buffer);
      if (message === null) onBroken();
      else onMessage(message);
    } catch (error) {
      observer.failed(error);
      reject('failed', INTERNAL_ERROR);
    }
  });
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('close', () => {
    cancelStart();
    stopPings();
    if (sink === null) return;
    sink.close('lost');
    sink = null;
    observer.stream('lost');
  });

  function onMessage(message: MediaMessage): void {
    brokenInARow = 0;
    if (message.event === 'media') onMedia(message.chunk, message.audio);
    else if (message.event === 'start' && sink === null) onStart(message.start);
    else if (message.event === 'stop') onStop();
    else observer.frame('ignored');
  }

  function onMedia(chunk: number, audio: Uint8Array): void {
    if (sink === null) {
      observer.frame('before_start');
      return;
    }
    if (chunk > lastChunk + 1) {
      // As long as the frames around it.
      sink.missed((chunk - lastChunk - 1) * msOfBytes(audio.length));
      observer.frame('missed');
    }
    lastChunk = chunk;
    sink.write(audio);
    observer.frame('forwarded');
  }

  function onStart({ callSid, token }: StartMessage): void {
    const announced = tokens.redeem(token, callSid);
    if (announced === null) {
      reject('bad_token', POLICY_VIOLATION);
      return;
    }
    const session = calls.admit(announced);
    if (session === 'at-capacity') {
      reject('at_capacity', TRY_AGAIN_LATER);
      return;
    }
    sink = session.attach(release);
    if (sink === null) {
      reject('call_over', NORMAL);
      return;
    }
    cancelStart();
    observer.stream('started');
  }

  function onStop(): void {
    sink?.close('stopped');
    if (sink !== null) observer.stream('stopped');
    sink = null;
    socket.close(NORMAL);
  }

  /** The call has a newer stream, or is over here. */
  function release(): void {
    sink = null;
    observer.stream('released');
    socket.close(NORMAL);
  }

  function onBroken(): void {
    observer.frame('broken');
    brokenInARow += 1;
    if (brokenInARow >= limits.brokenInARow) reject('broken', POLICY_VIOLATION);
  }

  /** Closes this socket alone; Twilio then follows the `<Redirect>` if the call is still there. */
  function reject(outcome: StreamOutcome, code: number): void {
    cancelStart();
    observer.stream(outcome);
    sink?.close('lost');
    sink = null;
    socket.close(code);
  }

  function ping(): void {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }
}
