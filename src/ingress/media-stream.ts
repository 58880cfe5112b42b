import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { msOfBytes } from '../call/audio.ts';
import type { Clock } from '../call/clock.ts';
import { HttpProblem } from '../http/problem.ts';
import type { AudioSink } from '../session/call-audio.ts';
import type { LiveCalls } from '../session/live-calls.ts';
import { type MediaMessage, parseMediaMessage, type StartMessage } from './media-message.ts';
import { createMediaReader, type MediaReader } from './media-reader.ts';
import type { ReadingTurns } from './reading-turns.ts';
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
  readonly turns: ReadingTurns;
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
  server.get(
    '/voice/stream',
    { websocket: true },
    (socket, { socket: raw }) => void new MediaStream(socket, raw, dependencies),
  );
}

/**
 * One media stream. Everything here is synchronous: Twilio throws audio away when it is read too slowly (its warning
 * 31930), and a listener that is attached late loses messages.
 */
class MediaStream {
  readonly #socket: WebSocket;
  readonly #reader: MediaReader;
  readonly #dependencies: MediaStreamDependencies;
  readonly #cancelStart: () => void;
  #leaveTurns: (() => void) | null = null;
  #sink: AudioSink | null = null;
  #brokenInARow = 0;
  #lastChunk = 0;
  #isAlive = true;

  constructor(socket: WebSocket, raw: Socket, dependencies: MediaStreamDependencies) {
    const { clock, limits } = dependencies;
    this.#socket = socket;
    this.#reader = createMediaReader(raw, (frame) => this.#receive(frame));
    this.#dependencies = dependencies;
    this.#cancelStart = clock.after(limits.startMs, () => this.#reject('no_start', POLICY_VIOLATION));
    const stopPings = clock.every(limits.pingMs, () => this.#ping());
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? null : parseMediaMessage(String(data))));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('close', () => {
      this.#cancelStart();
      stopPings();
      this.#leaveTurns?.();
      if (this.#sink === null) return;
      this.#sink.close('lost');
      this.#sink = null;
      dependencies.observer.stream('lost');
    });
  }

  /** Null: a broken one. */
  #receive(message: MediaMessage | null): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#isAlive = true;
    try {
      if (message === null) this.#onBroken();
      else this.#onMessage(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  #onTurn(): void {
    try {
      this.#reader.read();
      this.#sink?.flush();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#dependencies.observer.failed(error);
    this.#reject('failed', INTERNAL_ERROR);
  }

  #onMessage(message: MediaMessage): void {
    this.#brokenInARow = 0;
    if (message.event === 'media') this.#onMedia(message.chunk, message.audio);
    else if (message.event === 'start' && this.#sink === null) this.#onStart(message.start);
    else if (message.event === 'stop') this.#onStop();
    else this.#dependencies.observer.frame('ignored');
  }

  #onMedia(chunk: number, audio: Uint8Array): void {
    const { observer } = this.#dependencies;
    if (this.#sink === null) {
      observer.frame('before_start');
      return;
    }
    if (chunk > this.#lastChunk + 1) {
      // As long as the frames around it.
      this.#sink.missed((chunk - this.#lastChunk - 1) * msOfBytes(audio.length));
      observer.frame('missed');
    }
    this.#lastChunk = chunk;
    this.#sink.write(audio);
    observer.frame('forwarded');
  }

  #onStart({ callSid, token }: StartMessage): void {
    const { turns, tokens, calls, observer } = this.#dependencies;
    const announced = tokens.redeem(token, callSid);
    if (announced === null) {
      this.#reject('bad_token', POLICY_VIOLATION);
      return;
    }
    const session = calls.admit(announced);
    if (session === 'at-capacity') {
      this.#reject('at_capacity', TRY_AGAIN_LATER);
      return;
    }
    this.#sink = session.attach(() => this.#release());
    if (this.#sink === null) {
      this.#reject('call_over', NORMAL);
      return;
    }
    this.#cancelStart();
    // Only now: a call that nobody has heard of yet is one that a drain does not wait for.
    this.#reader.takeTurns();
    this.#leaveTurns = turns.join(() => this.#onTurn());
    observer.stream('started');
  }

  #onStop(): void {
    this.#sink?.close('stopped');
    if (this.#sink !== null) this.#dependencies.observer.stream('stopped');
    this.#sink = null;
    this.#socket.close(NORMAL);
  }

  /** The call has a newer stream, or is over here. */
  #release(): void {
    this.#sink = null;
    this.#dependencies.observer.stream('released');
    this.#socket.close(NORMAL);
  }

  #onBroken(): void {
    const { observer, limits } = this.#dependencies;
    observer.frame('broken');
    this.#brokenInARow += 1;
    if (this.#brokenInARow >= limits.brokenInARow) this.#reject('broken', POLICY_VIOLATION);
  }

  /** Closes this socket alone; Twilio then follows the `<Redirect>` if the call is still there. */
  #reject(outcome: StreamOutcome, code: number): void {
    this.#cancelStart();
    this.#dependencies.observer.stream(outcome);
    this.#sink?.close('lost');
    this.#sink = null;
    this.#socket.close(code);
  }

  #ping(): void {
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }
}
