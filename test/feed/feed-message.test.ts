import { describe, expect, it } from 'vitest';
import { encodeFeedMessage, parseFeedMessage } from '../../src/feed/feed-message.ts';
import { newCallSid } from '../support/people.ts';

const message = {
  instanceId: 'a',
  events: [{ type: 'call.started' as const, callSid: newCallSid(), at: 1, userId: null }],
};

describe('a message between instances', () => {
  it('arrives as it was sent', () => {
    expect(parseFeedMessage(encodeFeedMessage(message))).toEqual(message);
  });

  it.each(['', 'hello', '{}', JSON.stringify({ ...message, events: [{ ...message.events[0], type: 'unheard.of' }] })])(
    'that is none of ours is null: %s',
    (text) => {
      expect(parseFeedMessage(text)).toBeNull();
    },
  );
});
