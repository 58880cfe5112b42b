import { DeepgramClient, type DeepgramTransport } from '@deepgram/sdk';
import WebSocket from 'ws';
import type { ProviderFailure } from '../../call/failure.ts';

/** One connection to Deepgram's `/v1/listen`. It never reconnects by itself: that is the stream's decision. */
export interface DeepgramSocket {
  sendAudio(audio: Uint8Array): void;
  /** Keeps an open connection that gets no audio; needs one audio message before it. Deepgram closes after 10 s of neither. */
  keepAlive(): void;
  /** Asks for the words that are still held back. */
  finalize(): void;
  /** Asks for the last words; Deepgram answers them, then `Metadata`, then closes. */
  closeStream(): void;
  /** A WebSocket ping, which the protocol itself answers, whatever the recogniser is busy with. */
  ping(): void;
  /** Drops the connection at once. */
  terminate(): void;
  /** Bytes handed over and not yet written to the network. */
  readonly bufferedBytes: number;
}

export interface DeepgramSocketEvents {
  opened(): void;
  /** What Deepgram sent: the JSON value, or the text itself where it is none. */
  message(message: unknown): void;
  /** A ping was answered. */
  pong(): void;
  /** The connection is gone, refused or never came about. Called once. */
  closed(failure: ProviderFailure): void;
}

export interface DeepgramOptions {
  readonly apiKey: string;
  /** A `ws(s)://` origin. */
  readonly url: string;
  readonly model: string;
}

/** `language`: BCP 47. */
export type DialDeepgram = (language: string, events: DeepgramSocketEvents) => DeepgramSocket;

const HANDSHAKE_TIMEOUT_MS = 5_000;
/** A result of a few seconds of speech is some kilobytes. */
const MAX_MESSAGE_BYTES = 1 << 20;
/**
 * The languages that Deepgram knows by script or country (https://developers.deepgram.com/docs/models-languages-overview).
 * Of every other one it knows the language alone, and refuses the rest.
 */
const REGIONAL = new Set(
  (
    'en-AU en-GB en-IN en-NZ en-US es-419 fr-CA pt-BR pt-PT de-CH nl-BE da-DK sv-SE gu-IN ko-KR th-TH zh-CN zh-HK ' +
    'zh-Hans zh-Hant zh-TW'
  ).split(' '),
);

/**
 * Dials through the SDK over a socket of our own (`transportFactory`): the SDK's reconnect is then off, a refusal shows
 * its HTTP status, and what waits unsent is known. The parameters ask for mu-law as Twilio sends it and words as early
 * as possible; `mip_opt_out` keeps calls out of the provider's training.
 */
export const createDeepgramDialer =
  (options: DeepgramOptions): DialDeepgram =>
  (language, events) =>
    new SdkSocket(options, language, events);

class SdkSocket implements DeepgramSocket {
  readonly #events: DeepgramSocketEvents;
  #wire: WebSocket | null = null;
  #session: Awaited<ReturnType<DeepgramClient['listen']['v1']['connect']>> | null = null;
  #isClosed = false;

  constructor({ apiKey, url: baseUrl, model }: DeepgramOptions, language: string, events: DeepgramSocketEvents) {
    this.#events = events;
    const closed = (code: string, message: string): void => this.#closed(code, message);
    const client = new DeepgramClient({
      apiKey,
      baseUrl,
      transportFactory: (url, headers) => {
        this.#wire = openWire(url, headers, closed);
        this.#wire.on('pong', events.pong);
        return asTransport(this.#wire);
      },
    });
    client.listen.v1
      .connect({
        Authorization: `Token ${apiKey}`,
        model,
        language: REGIONAL.has(language) ? language : language.replace(/-.*/, ''),
        encoding: 'mulaw',
        sample_rate: 8000,
        channels: 1,
        interim_results: 'true',
        smart_format: 'true',
        endpointing: 300,
        utterance_end_ms: 1000,
        vad_events: 'true',
        mip_opt_out: 'true',
      })
      .then((opening) => {
        if (this.#isClosed) return;
        this.#session = opening;
        opening.on('open', events.opened);
        opening.on('message', events.message);
        opening.connect();
      })
      .catch((error: Error) => closed('sdk', error.message));
  }

  #closed(code: string, message: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events.closed({ provider: 'deepgram', code, message, retryable: true });
  }

  sendAudio(audio: Uint8Array): void {
    this.#session?.sendMedia(audio);
  }

  keepAlive(): void {
    this.#session?.sendKeepAlive({ type: 'KeepAlive' });
  }

  finalize(): void {
    this.#session?.sendFinalize({ type: 'Finalize' });
  }

  closeStream(): void {
    this.#session?.sendCloseStream({ type: 'CloseStream' });
  }

  ping(): void {
    this.#wire?.ping();
  }

  terminate(): void {
    this.#wire?.terminate();
    this.#closed('terminated', 'dropped by us');
  }

  get bufferedBytes(): number {
    return this.#wire?.bufferedAmount ?? 0;
  }
}

function openWire(
  url: string,
  headers: Record<string, string>,
  closed: (code: string, message: string) => void,
): WebSocket {
  const wire = new WebSocket(url, {
    headers,
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  wire.on('unexpected-response', (_request, response) => {
    const { 'dg-error': reason, 'dg-request-id': requestId } = response.headers;
    closed(
      String(response.statusCode),
      `handshake refused: ${reason ?? 'no reason'} (request ${requestId ?? 'unknown'})`,
    );
    wire.terminate();
  });
  wire.on('error', (error: NodeJS.ErrnoException) => closed(error.code ?? 'socket', error.message));
  wire.on('close', (code, reason) => closed(String(code), reason.toString()));
  return wire;
}

function asTransport(wire: WebSocket): DeepgramTransport {
  return {
    send: (data) => wire.send(data),
    onOpen: (listener) => wire.on('open', listener),
    onMessage: (listener) =>
      wire.on('message', (data, isBinary) => {
        if (!isBinary) listener(data.toString());
      }),
    onError: (listener) => wire.on('error', listener),
    onClose: (listener) => wire.on('close', (code, reason) => listener({ code, reason: reason.toString() })),
    isOpen: () => wire.readyState === WebSocket.OPEN,
    close: (code, reason) => wire.close(code, reason),
  };
}
