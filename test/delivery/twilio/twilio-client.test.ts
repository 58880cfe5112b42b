import { describe, expect, it } from 'vitest';
import { readTwilioError } from '../../../src/delivery/twilio/twilio-client.ts';

const failed = (code: string) => readTwilioError(Object.assign(new Error(), { code }));

describe('a request that got no answer', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EMFILE', 'ENFILE'])(
    'never left, by %s: it may be sent again at once',
    (code) => {
      expect(failed(code)).toMatchObject({ kind: 'not_processed', failure: { code, retryable: true } });
    },
  );

  it.each(['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT'])('may have arrived, by %s: it is looked for first', (code) => {
    expect(failed(code)).toMatchObject({ kind: 'uncertain', failure: { code } });
  });
});
