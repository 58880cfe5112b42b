/**
 * The audio of a call as Twilio streams it: mu-law, 8,000 samples a second, one channel, one byte a sample.
 * Source: Twilio Media Streams, `start.mediaFormat` (https://www.twilio.com/docs/voice/media-streams/websocket-messages).
 */
export const BYTES_PER_MS = 8;

export const bytesOfMs = (ms: number): number => Math.round(ms * BYTES_PER_MS);
export const msOfBytes = (bytes: number): number => bytes / BYTES_PER_MS;
