import { LIMITS } from '../../src/limits.ts';
import { POOL_SIZES } from '../../src/records/database.ts';
import type { Counters } from './counters.ts';
import type { SharedParts } from './shared-parts.ts';

/** What the language model is asked, of a minute of a call. */
export interface ModelRates {
  readonly requests: number;
  /** Tokens of input that no cache held. */
  readonly freshTokens: number;
}

/** What one process with all its calls takes, on a core of its own: the unit that is multiplied. Rates are a second's. */
export interface LoadedCore {
  readonly calls: number;
  readonly cpu: number;
  readonly memoryMb: number;
  /** Bits a second over the internet, headers and encryption among them; `twilioOut` is acknowledgements alone. */
  readonly twilioIn: number;
  readonly twilioOut: number;
  readonly recogniserOut: number;
  readonly recogniserIn: number;
  readonly modelOut: number;
  /** A minute's. */
  readonly modelRequests: number;
  readonly freshTokens: number;
  readonly cachedTokens: number;
  /** Share of what a process may spend on the model. */
  readonly modelBudget: number;
  readonly shared: Counters;
  readonly connections: number;
  /** Its events, as each instance hears them. */
  readonly eventBytes: number;
  readonly redisCpuPerListener: number;
  readonly listeningCpu: number;
}

/** How long a call is taken to last: what its beginning and end cost is spread over it. */
export const CALL_S = 300;
const FRAMES_PER_S = 50;
const FRAME_BYTES = 160;
/** `README.md`, “What a minute of a call costs”: instructions, and an answer. */
const INSTRUCTION_TOKENS = 2_000;
const ANSWER_TOKENS = 60;
const BYTES_PER_TOKEN = 4;
/** An HTTP request and its headers. */
const REQUEST_BYTES = 1_000;
/** Of what uncached input counts (`src/scoring/model-guard.ts`). */
const CACHED_SHARE = 0.1;

/** https://www.rfc-editor.org/rfc/rfc8446#section-5.2: header, type of content, AES-GCM's tag. */
const TLS_BYTES = 5 + 1 + 16;
/** IPv4, TCP, and its timestamps. */
const TCP_BYTES = 20 + 20 + 12;
const SEGMENT_BYTES = 1_448;
/** A message of Twilio's five minutes into a call, as https://www.twilio.com/docs/voice/media-streams/websocket-messages shows it. */
const MEDIA_MESSAGE_BYTES = JSON.stringify({
  event: 'media',
  sequenceNumber: '15001',
  media: { track: 'inbound', chunk: '15000', timestamp: '300000', payload: 'A'.repeat(4 * Math.ceil(FRAME_BYTES / 3)) },
  streamSid: `MZ${'0'.repeat(32)}`,
}).length;

/** Bytes that a WebSocket message takes on the wire, in a TLS record of its own; clients mask theirs (RFC 6455, 5.2). */
export function wireBytes(payloadBytes: number, isMasked: boolean): number {
  const length = payloadBytes < 126 ? 0 : payloadBytes < 65_536 ? 2 : 8;
  const record = payloadBytes + 2 + length + (isMasked ? 4 : 0) + TLS_BYTES;
  return record + TCP_BYTES * Math.ceil(record / SEGMENT_BYTES);
}

/** What the other side answers to so many segments a second: an acknowledgement for every second one (RFC 5681, 4.2). */
const acknowledgementBytes = (perS: number): number => (perS / 2) * TCP_BYTES;

export function loadedCore(calls: number, parts: SharedParts, model: ModelRates): LoadedCore {
  const share = calls / parts.calls;
  const audioPerS = FRAMES_PER_S / parts.framesPerMessage;
  const bits = (bytesPerCall: number): number => calls * bytesPerCall * 8;
  const requests = calls * model.requests;
  const cachedTokens = requests * INSTRUCTION_TOKENS;
  const freshTokens = calls * model.freshTokens;
  const idleAnd = (idle: number, loaded: number): number => idle + (loaded - idle) * share;
  const begun = calls / CALL_S;
  const shared = Object.fromEntries(
    (Object.keys(parts.idle) as Array<keyof Counters>).map((name) => [
      name,
      idleAnd(parts.idle[name], parts.loaded[name]) + begun * parts.perCall[name],
    ]),
  ) as unknown as Counters;
  return {
    calls,
    cpu: idleAnd(parts.idleCpu, parts.loadedCpu),
    memoryMb: idleAnd(parts.idleRssKb, parts.loadedRssKb) / 1_024,
    twilioIn: bits(FRAMES_PER_S * wireBytes(MEDIA_MESSAGE_BYTES, true)),
    twilioOut: bits(acknowledgementBytes(FRAMES_PER_S)),
    recogniserOut: bits(
      audioPerS * wireBytes(FRAME_BYTES * parts.framesPerMessage, true) + acknowledgementBytes(parts.resultsPerS),
    ),
    recogniserIn: bits(parts.resultsPerS * wireBytes(parts.resultBytes, false) + acknowledgementBytes(audioPerS)),
    modelOut: ((requests * REQUEST_BYTES + (cachedTokens + freshTokens) * BYTES_PER_TOKEN) * 8) / 60,
    modelRequests: requests,
    freshTokens,
    cachedTokens,
    modelBudget: (freshTokens + cachedTokens * CACHED_SHARE + requests * ANSWER_TOKENS) / LIMITS.model.tokensPerMinute,
    shared,
    connections: POOL_SIZES.records + POOL_SIZES.alerts,
    eventBytes: parts.eventBytes * share,
    redisCpuPerListener: parts.redisCpuPerListener * share,
    listeningCpu: parts.listeningCpu * share,
  };
}

/** What Redis takes for so many loaded cores, of which each hears all: linear in what they ask, square in what they hear. */
export const redisCpu = (cores: number, { shared, redisCpuPerListener }: LoadedCore): number =>
  cores * shared.redisCpuS + cores * (cores - 1) * redisCpuPerListener;

/** With how many cores `a` a core and `b` for each pair of them come to `limit`: a·C + b·C·(C − 1) = limit. */
export function coresUntil(limit: number, a: number, b = 0): number {
  if (b <= 0) return limit / a;
  const linear = a - b;
  return (-linear + Math.sqrt(linear ** 2 + 4 * b * limit)) / (2 * b);
}
