import { describe, expect, it } from 'vitest';
import {
  type ConnectionEvent,
  type ConnectionState,
  nextConnectionState,
  retryDelayMs,
} from '../../../src/transcription/deepgram/connection-state.ts';

const play = (events: ConnectionEvent[], from: ConnectionState = { name: 'idle' }): ConnectionState =>
  events.reduce((state, event) => nextConnectionState(state, event, 1_000), from);
const lost: ConnectionEvent = { type: 'lost', jitter: 1 };

describe('the connection to the recogniser', () => {
  it('is dialled by the first audio, and opens', () => {
    expect(play([{ type: 'audio' }])).toEqual({ name: 'connecting', attempt: 0 });
    expect(play([{ type: 'audio' }, { type: 'opened' }])).toEqual({ name: 'streaming', attempt: 0 });
  });

  it('comes back 250 ms after it was lost, and waits twice as long each time', () => {
    expect(play([{ type: 'audio' }, lost])).toEqual({ name: 'waiting', attempt: 1, retryAtMs: 1_250 });
    expect(play([{ type: 'audio' }, lost, { type: 'retry' }, lost])).toEqual({
      name: 'waiting',
      attempt: 2,
      retryAtMs: 1_500,
    });
  });

  it('begins anew only when the recogniser has said something', () => {
    const reopened = play([{ type: 'audio' }, lost, { type: 'retry' }, { type: 'opened' }]);
    expect(reopened).toEqual({ name: 'streaming', attempt: 1 });
    expect(play([lost], reopened)).toMatchObject({ attempt: 2 });
    expect(play([{ type: 'heard' }, lost], reopened)).toMatchObject({ attempt: 1, retryAtMs: 1_250 });
  });

  it('closes when everything is sent and said, and comes back when it is lost before that', () => {
    const closing = play([{ type: 'audio' }, { type: 'opened' }, { type: 'drained' }]);
    expect(closing).toEqual({ name: 'closing', attempt: 0 });
    expect(play([{ type: 'finished' }], closing)).toEqual({ name: 'closed' });
    expect(play([lost], closing)).toMatchObject({ name: 'waiting' });
  });

  it.each(['idle', 'connecting', 'streaming', 'waiting', 'closing', 'closed'] as const)(
    'that is %s ends for good when it is finished',
    (name) => {
      const state = { name, attempt: 0, retryAtMs: 0 } as ConnectionState;
      expect(play([{ type: 'finished' }, { type: 'audio' }, { type: 'retry' }, lost], state)).toMatchObject({
        name: 'closed',
      });
    },
  );

  it('never waits longer than five seconds, nor less than half of what it should', () => {
    expect(retryDelayMs(0, 0)).toBe(125);
    expect(retryDelayMs(0, 0.5)).toBe(187.5);
    expect(retryDelayMs(30, 0.999)).toBeLessThan(5_000);
    expect(retryDelayMs(30, 0)).toBe(2_500);
  });
});
