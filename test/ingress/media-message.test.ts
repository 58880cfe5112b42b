import { describe, expect, it } from 'vitest';
import { parseMediaMessage } from '../../src/ingress/media-message.ts';

const CALL_SID = `CA${'a'.repeat(32)}`;
const STREAM_SID = `MZ${'b'.repeat(32)}`;
const FORMAT = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
const start = (more: object = {}) => ({
  event: 'start',
  sequenceNumber: '1',
  start: {
    accountSid: 'AC',
    streamSid: STREAM_SID,
    callSid: CALL_SID,
    tracks: ['inbound'],
    mediaFormat: FORMAT,
    customParameters: { token: 't' },
    ...more,
  },
  streamSid: STREAM_SID,
});
const media = (more: object = {}) => ({
  event: 'media',
  sequenceNumber: '3',
  media: {
    track: 'inbound',
    chunk: '7',
    timestamp: '140',
    payload: Buffer.from([1, 2, 3]).toString('base64'),
    ...more,
  },
  streamSid: STREAM_SID,
});
const parse = (message: unknown) => parseMediaMessage(typeof message === 'string' ? message : JSON.stringify(message));

describe('a message of a media stream', () => {
  it('may begin the stream', () => {
    expect(parse(start())).toEqual({ event: 'start', start: { callSid: CALL_SID, token: 't' } });
    expect(parse(start({ customParameters: undefined }))).toMatchObject({ start: { token: '' } });
  });

  it.each([1, 160, 320, 8_000])('may bring audio of any length: %d bytes', (length) => {
    const audio = Buffer.alloc(length, 0x7f);
    const parsed = parse(media({ payload: audio.toString('base64') }));
    expect(parsed).toMatchObject({ event: 'media', chunk: 7 });
    expect(parsed?.event === 'media' && Buffer.compare(parsed.audio, audio)).toBe(0);
  });

  it('may end the stream', () => {
    expect(parse({ event: 'stop', stop: {}, streamSid: STREAM_SID })).toEqual({ event: 'stop' });
  });

  it.each([
    [{ event: 'connected', protocol: 'Call', version: '1.0.0' }],
    [{ event: 'mark', mark: { name: 'x' } }],
    [{ event: 'dtmf', dtmf: { track: 'inbound_track', digit: '1' } }],
    [{ event: 'of the future', with: ['anything'] }],
    [media({ track: 'outbound' })],
  ])('that is of no use is ignored: %j', (message) => {
    expect(parse(message)).toEqual({ event: 'ignored' });
  });

  it.each([
    [''],
    ['{"event":"med'],
    ['[1,2,3]'],
    ['null'],
    ['42'],
    [{}],
    [{ event: 7 }],
    [{ event: 'media' }],
    [{ event: 'media', media: 'x' }],
    [media({ payload: undefined })],
    [media({ payload: 12345 })],
    [media({ payload: '@@@@%%%%' })],
    [media({ chunk: 'seven' })],
    [{ event: 'start' }],
    [start({ callSid: '../../etc' })],
    [start({ mediaFormat: { ...FORMAT, sampleRate: 16000 } })],
    [start({ customParameters: { token: { deep: true } } })],
    [`{"event":"media","media":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ])('that is broken is null: %.60j', (message) => {
    expect(parse(message)).toBeNull();
  });
});
