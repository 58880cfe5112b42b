import { describe, expect, it } from 'vitest';
import { readTranscription } from '../../src/ingress/transcription-message.ts';

const CALL_SID = `CA${'a'.repeat(32)}`;
const common = { CallSid: CALL_SID, TranscriptionSid: `GT${'b'.repeat(32)}`, SequenceId: '2' };
const content = (data: string, Final = 'true') => ({
  ...common,
  TranscriptionEvent: 'transcription-content',
  Track: 'inbound_track',
  TranscriptionData: data,
  Final,
});
const read = (body: unknown) => readTranscription(body, { start: 's1', instance: 'host-1' });

describe('a message of Real-Time Transcription', () => {
  it('tells final words, whose start they are of, and their number', () => {
    expect(read(content('{"transcript":"read me\\u0000 the code","confidence":0.9}'))).toEqual({
      callSid: CALL_SID,
      instanceId: 'host-1',
      startId: 's1',
      sequence: 2,
      event: { type: 'final', text: 'read me  the code' },
    });
  });

  it.each([
    ['transcription-started', { type: 'started' }],
    ['transcription-stopped', { type: 'stopped' }],
  ])('%s is its life', (TranscriptionEvent, event) => {
    expect(read({ ...common, TranscriptionEvent })).toMatchObject({ event });
  });

  it('tells what failed', () => {
    const error = { TranscriptionErrorCode: '32655', TranscriptionError: 'Provider Unavailable' };
    expect(read({ ...common, TranscriptionEvent: 'transcription-error', ...error })).toMatchObject({
      event: { type: 'error', failure: { provider: 'twilio', code: '32655', message: 'Provider Unavailable' } },
    });
  });

  it.each([
    [{ CallSid: CALL_SID, TranscriptionText: 'hello', SequenceNumber: '7', IsFinal: 'true' }],
    [{ CallSid: CALL_SID, TranscriptionText: 'hello', SequenceNumber: 7, IsFinal: true }],
  ])('is read in its older form: %j', (body) => {
    expect(readTranscription(body, {})).toEqual({
      callSid: CALL_SID,
      instanceId: null,
      startId: null,
      sequence: 7,
      event: { type: 'final', text: 'hello' },
    });
  });

  it.each([
    ['parts of words', content('{"transcript":"rea"}', 'false')],
    ['words in broken JSON', content('{"transcript":"read me}')],
    ['no words', content('{"confidence":0.9}')],
    ['an event of the future', { ...common, TranscriptionEvent: 'transcription-paused' }],
    ['no call', { ...content('{"transcript":"hello"}'), CallSid: 'CA1' }],
    ['nothing', null],
  ])('means nothing when it holds %s', (_what, body) => {
    expect(read(body)).toBeNull();
  });

  it.each(['', 'x', undefined, null])('without a number, such as %j, is never a repeat', (SequenceId) => {
    expect(read({ ...content('{"transcript":"hello"}'), SequenceId })?.sequence).toBeNull();
  });
});
