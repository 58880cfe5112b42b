import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import { encodeFrame, FRAME_MS, type ScriptLine, type SpeakingPace, type SpokenFrame, speak } from './spoken-audio.ts';
import { twilioSignature } from './twilio-signature.ts';
import type { TwilioStandIn } from './twilio-stand-in.ts';
import { postWebhook } from './webhook.ts';

/**
 * One telephone call as Twilio runs it: the webhook, the TwiML that answers it, the media stream, the life-cycle
 * callbacks, and the `<Redirect>` that is followed when the stream ends while the call goes on.
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
export interface PhoneCall {
  readonly callSid: string;
  /** Rings: posts the webhook and returns the TwiML. */
  dial(): Promise<string>;
  /** Opens the media stream that the TwiML asks for. */
  connect(): Promise<void>;
  /** Speaks in real time, or `speed` times as fast. Resolves when the last frame is out. */
  say(lines: readonly ScriptLine[]): Promise<void>;
  /** Ends: `stop`, the closed socket, the status callback. */
  hangUp(): Promise<void>;
  /** Breaks the socket without `stop`, as a lost network does. The call goes on, and asks for another stream. */
  breakStream(): void;
  /** Asks for another stream while the present one is open. Returns whether that one has been closed since. */
  reopen(): Promise<() => boolean>;
  /** Says `stop` and closes the socket. */
  stopStream(): void;
  /** The caller has hung up, and Twilio has told nobody yet. */
  over(): void;
  /** How often the call came back for another stream. */
  readonly resumes: number;
  readonly isConnected: boolean;
}

export interface PhoneCallOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** The service's public origin, which signatures are made for. */
  readonly publicOrigin: string;
  readonly serviceUrl: () => string;
  readonly from: string;
  readonly to: string;
  /** What Twilio says of the caller's attestation, such as `TN-Validation-Passed-A`; nothing where there was none. */
  readonly stirVerstat?: string;
  readonly pace: SpeakingPace;
  readonly speed: number;
  /** Whose call it is: its recogniser hears the call when it is asked to, and it knows when the call is over. */
  readonly carrier: Pick<TwilioStandIn, 'transcriptions' | 'endedCalls'>;
  readonly observer?: PhoneCallObserver;
}

/** What happens to a call on the way, for who judges it afterwards. */
export interface PhoneCallObserver {
  /** A frame was due; not sent when no stream was open to take it. */
  frame(frame: SpokenFrame, isSent: boolean): void;
  /** `refused`: the service told the telephone to hang up. */
  stream(event: 'opened' | 'lost' | 'refused'): void;
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1: no close frame came. */
const LOST = 1006;
const RECONNECT_TRIES = 20;
const RECONNECT_PAUSE_MS = 100;

export function createPhoneCall(options: PhoneCallOptions): PhoneCall {
  const { accountSid, authToken, publicOrigin, serviceUrl, from, to, stirVerstat, pace, speed, carrier, observer } =
    options;
  const callSid = `CA${randomBytes(16).toString('hex')}`;
  const identity = { CallSid: callSid, AccountSid: accountSid, From: from, To: to, Direction: 'inbound' };
  let twiml = '';
  let socket: WebSocket | null = null;
  let streamSid = '';
  let messageNumber = 0;
  let chunk = 0;
  let frameNumber = 0;
  let isUp = false;
  let resumes = 0;

  async function post(path: string, fields: Record<string, string>): Promise<string> {
    const response = await postWebhook({ authToken, serviceUrl, publicUrl: publicOrigin + path, fields });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.text();
  }

  async function connect(): Promise<void> {
    const publicUrl = /<Stream url="([^"]+)"/.exec(twiml)?.[1];
    const token = /<Parameter name="token" value="([^"]+)"/.exec(twiml)?.[1];
    if (publicUrl === undefined || token === undefined) throw new Error(`no stream to open in ${twiml}`);
    const path = new URL(publicUrl).pathname;
    const opening = new WebSocket(`${serviceUrl().replace(/^http/, 'ws')}${path}`, {
      headers: { 'x-twilio-signature': twilioSignature(authToken, publicUrl), 'x-forwarded-proto': 'https' },
    });
    await new Promise((resolve, reject) => opening.once('open', resolve).once('error', reject));
    socket = opening;
    streamSid = `MZ${randomBytes(16).toString('hex')}`;
    messageNumber = 1;
    chunk = 0;
    opening.on('error', () => opening.terminate());
    const ownSid = streamSid;
    opening.on('close', (code) => {
      void tellStreamEnd(ownSid, code);
      if (opening === socket) void streamLost();
    });
    opening.send(JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }));
    opening.send(JSON.stringify({ event: 'start', sequenceNumber: '1', start: startOf(token), streamSid }));
    observer?.stream('opened');
  }

  /** A lost connection is an error, whoever closes it in order a normal end. Twilio does not repeat what nobody hears. */
  async function tellStreamEnd(endedSid: string, code: number): Promise<void> {
    const StreamEvent = code === LOST ? 'stream-error' : 'stream-stopped';
    const fields = { CallSid: callSid, AccountSid: accountSid, StreamSid: endedSid, StreamEvent };
    await post('/voice/stream-status', fields).catch(() => undefined);
  }

  const startOf = (token: string) => ({
    accountSid,
    streamSid,
    callSid,
    tracks: ['inbound'],
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    customParameters: { token },
  });

  /** Twilio goes on with the TwiML behind `<Connect>`. */
  async function streamLost(): Promise<void> {
    socket = null;
    observer?.stream('lost');
    for (let tries = 0; isUp && socket === null && tries < RECONNECT_TRIES; tries++) {
      try {
        twiml = await post('/voice/resume', { ...identity, CallStatus: 'in-progress' });
        if (twiml.includes('<Hangup/>')) {
          isUp = false;
          observer?.stream('refused');
          return;
        }
        await connect();
        resumes += 1;
        if (!isUp) stopStream(); // the call ended meanwhile
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_PAUSE_MS));
      }
    }
  }

  function sendFrame(frame: SpokenFrame, elapsedMs: number): void {
    const audio = encodeFrame(frame, frameNumber++);
    carrier.transcriptions.hear(callSid, audio);
    const payload = Buffer.from(audio).toString('base64');
    const isHeard = socket?.readyState === WebSocket.OPEN;
    observer?.frame(frame, isHeard);
    if (socket === null || !isHeard) return;
    chunk += 1;
    messageNumber += 1;
    const media = { track: 'inbound', chunk: String(chunk), timestamp: String(Math.round(elapsedMs)), payload };
    socket.send(JSON.stringify({ event: 'media', sequenceNumber: String(messageNumber), media, streamSid }));
  }

  function stopStream(): void {
    const stop = { accountSid, callSid };
    socket?.send(JSON.stringify({ event: 'stop', sequenceNumber: String(messageNumber + 1), stop, streamSid }));
    socket?.close();
  }

  return {
    callSid,
    async dial() {
      isUp = true;
      const attested = stirVerstat === undefined ? {} : { StirVerstat: stirVerstat };
      twiml = await post('/voice/incoming', { ...identity, ...attested, CallStatus: 'ringing' });
      return twiml;
    },
    connect,
    say(lines) {
      const frames = speak(lines, pace);
      const startedAtMs = performance.now();
      let next = 0;
      return new Promise((resolve) => {
        const timer = setInterval(() => {
          const dueFrames = ((performance.now() - startedAtMs) * speed) / FRAME_MS;
          for (; next < frames.length && next <= dueFrames; next++) {
            const frame = frames[next];
            if (frame !== undefined) sendFrame(frame, next * FRAME_MS);
          }
          if (next < frames.length && isUp) return;
          clearInterval(timer);
          resolve();
        }, FRAME_MS / Math.min(speed, 4));
      });
    },
    async hangUp() {
      if (!isUp) return;
      isUp = false;
      stopStream();
      carrier.transcriptions.end(callSid);
      carrier.endedCalls.add(callSid);
      await post('/voice/status', { ...identity, CallStatus: 'completed', CallDuration: '60', SequenceNumber: '1' });
    },
    breakStream: () => socket?.terminate(),
    async reopen() {
      const previous = socket;
      twiml = await post('/voice/resume', { ...identity, CallStatus: 'in-progress' });
      await connect();
      return () => previous?.readyState === WebSocket.CLOSED;
    },
    stopStream,
    over() {
      isUp = false;
    },
    get resumes() {
      return resumes;
    },
    get isConnected() {
      return socket?.readyState === WebSocket.OPEN;
    },
  };
}
