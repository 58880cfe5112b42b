import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMediaFrame } from '../../src/ingress/media-frame.ts';
import { parseMediaMessage } from '../../src/ingress/media-message.ts';

const RUNS = 5_000;
const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
const number = fc.nat().map(String);
const payload = fc.uint8Array({ minLength: 1, maxLength: 400 }).map((audio) => Buffer.from(audio).toString('base64'));

/** A frame as Twilio writes it. */
const frameNumbered = (chunk: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .record({ sequence: number, chunk, timestamp: number, payload, sid: hex })
    .map(
      (of) =>
        `{"event":"media","sequenceNumber":"${of.sequence}","media":{"track":"inbound","chunk":"${of.chunk}","timestamp":"${of.timestamp}","payload":"${of.payload}"},"streamSid":"MZ${of.sid}"}`,
    );
const frame = frameNumbered(number);

/** What breaks numbers, base64, strings and JSON, or only looks as if it did. */
const shred = fc.oneof(
  fc.constantFrom(...'"\\={},: \n-_+/.e09Az\u0000é'),
  fc.constantFrom('==', '\\u0041', '\\/', '"payload":"', 'outbound', '"event":"stop"', '1e3', '00'),
  fc.string({ maxLength: 4 }),
);
/** Puts `by` into the text in the place of as many characters, or of a few more or less. */
const mutation = fc.record({
  at: fc.nat(),
  by: shred,
  longer: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }) }),
});
const strangeNumber = fc.oneof(number, fc.bigInt({ min: 0n, max: 10n ** 17n }).map(String));
const mutated = fc.tuple(frameNumbered(strangeNumber), fc.array(mutation, { maxLength: 3 })).map(([text, mutations]) =>
  mutations.reduce((before, { at, by, longer }) => {
    const from = at % before.length;
    return before.slice(0, from) + by + before.slice(from + Math.max(0, by.length + longer));
  }, text),
);

const BEFORE = Buffer.from('"1"');
const AFTER = Buffer.from('2"}');
/** What stands around a message is no part of it. */
const read = (text: string) => {
  const message = Buffer.from(text);
  const among = Buffer.concat([BEFORE, message, AFTER]);
  const bytes = new DataView(among.buffer, among.byteOffset, among.length);
  return comparable(readMediaFrame(bytes, BEFORE.length, BEFORE.length + message.length));
};
const parse = (text: string) => comparable(parseMediaMessage(text));
const comparable = (message: ReturnType<typeof parseMediaMessage>) =>
  message?.event === 'media' ? { ...message, audio: Buffer.from(message.audio).toString('hex') } : message;

describe('a media message in its usual form', () => {
  it('is read as the parser reads it', () => {
    fc.assert(
      fc.property(frame, (text) => {
        expect(read(text)).toEqual(parse(text));
        expect(read(text)).toMatchObject({ event: 'media' });
      }),
      { numRuns: RUNS },
    );
  });

  it('is left to the parser, or read as it would, whatever has become of it', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const message = read(text);
        if (message !== null) expect(message).toEqual(parse(text));
      }),
      { numRuns: 4 * RUNS },
    );
  });

  it('is left to the parser when it was cut off', () => {
    fc.assert(
      fc.property(frame, fc.nat(), (text, length) => {
        expect(read(text.slice(0, length % text.length))).toBeNull();
      }),
      { numRuns: RUNS },
    );
  });

  it('may be as long as a message may be', () => {
    const text = `{"event":"media","sequenceNumber":"1","media":{"track":"inbound","chunk":"1","timestamp":"0","payload":"${'QUJD'.repeat(16_000)}"},"streamSid":"MZ${'0'.repeat(32)}"}`;
    expect(read(text)).toMatchObject({ audio: '414243'.repeat(16_000) });
  });
});
