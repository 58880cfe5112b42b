import { describe, expect, it } from 'vitest';
import {
  type FallbackEvent,
  type FallbackState,
  nextFallbackState,
  RESTING,
} from '../../src/transcription/fallback-state.ts';

const TIMES = { patienceMs: 2_000, firstRetryMs: 2_000, longestRetryMs: 60_000 };
type Step = readonly [nowMs: number, event: FallbackEvent];
const play = (steps: readonly Step[], from: FallbackState = RESTING): FallbackState =>
  steps.reduce((state, [nowMs, event]) => nextFallbackState(state, event, nowMs, TIMES), from);
const away: FallbackEvent = { type: 'away', isRefused: false };
const refused: FallbackEvent = { type: 'away', isRefused: true };
const audio: FallbackEvent = { type: 'audio' };
const opened: FallbackEvent = { type: 'opened' };
const heard: FallbackEvent = { type: 'heard' };
const started: FallbackEvent = { type: 'started' };
const failed: FallbackEvent = { type: 'failed', jitter: 0 };
const starting = (failures = 0): FallbackState => ({ name: 'starting', failures, notBeforeMs: 0 });

describe('the fallback of a stream', () => {
  it('begins when the recogniser is away too long while there is audio', () => {
    expect(play([[0, away]])).toMatchObject({ name: 'waiting', dueAtMs: 2_000 });
    expect(
      play([
        [0, away],
        [1_999, audio],
      ]),
    ).toMatchObject({ name: 'waiting' });
    expect(
      play([
        [0, away],
        [2_000, audio],
      ]),
    ).toMatchObject({ name: 'starting' });
  });

  it('begins at once when the recogniser refuses twice in a row', () => {
    const once: Step[] = [
      [0, away],
      [200, refused],
      [201, audio],
    ];
    expect(play(once)).toMatchObject({ name: 'waiting' });
    expect(play([...once, [500, refused], [501, audio]])).toMatchObject({ name: 'starting' });
    expect(play([...once, [500, away], [600, refused], [601, audio]])).toMatchObject({ name: 'waiting' });
  });

  it('waits for a connection that is open again, but not for longer when that is lost without a word', () => {
    const hopeful = play([
      [0, away],
      [500, opened],
    ]);
    expect(play([[9_000, audio]], hopeful)).toMatchObject({ name: 'hopeful' });
    expect(
      play(
        [
          [2_500, away],
          [2_501, audio],
        ],
        hopeful,
      ),
    ).toMatchObject({ name: 'starting' });
    expect(play([[1_000, heard]], hopeful)).toEqual(RESTING);
  });

  it('starts once an outage, and ends with the first words', () => {
    const covering = play([[3_000, started]], starting());
    expect(covering).toEqual({ name: 'covering' });
    expect(
      play(
        [
          [4_000, refused],
          [5_000, opened],
          [90_000, audio],
        ],
        covering,
      ),
    ).toBe(covering);
    expect(play([[5_000, heard]], covering)).toEqual(RESTING);
  });

  it('that comes too late is unwanted, until the recogniser is lost again', () => {
    const unwanted = play([[1_000, heard]], starting());
    expect(unwanted).toMatchObject({ name: 'unwanted' });
    expect(play([[1_100, started]], unwanted)).toEqual(RESTING);
    expect(
      play(
        [
          [1_100, away],
          [1_200, started],
        ],
        unwanted,
      ),
    ).toEqual({ name: 'covering' });
  });

  it('that cannot be started is tried again, later each time, through the outages that follow', () => {
    const again = play([[1_000, failed]], starting());
    expect(again).toMatchObject({ name: 'waiting', failures: 1, dueAtMs: 3_000 });
    expect(
      play(
        [
          [1_100, refused],
          [1_200, refused],
          [1_300, audio],
        ],
        again,
      ),
    ).toMatchObject({ name: 'waiting' });
    expect(
      play(
        [
          [3_000, audio],
          [3_100, failed],
        ],
        again,
      ),
    ).toMatchObject({ failures: 2, dueAtMs: 7_100 });
    expect(play([[0, failed]], starting(20))).toMatchObject({ dueAtMs: 60_000 });
    const nextOutage = play(
      [
        [1_500, heard],
        [1_600, away],
        [1_700, refused],
        [1_800, refused],
      ],
      play([[1_000, failed]], starting(4)),
    );
    expect(nextOutage).toMatchObject({ name: 'waiting', dueAtMs: 33_000 });
  });

  it('that broke is started again after a while', () => {
    expect(play([[5_000, failed]], { name: 'covering' })).toMatchObject({ name: 'waiting', dueAtMs: 7_000 });
  });

  it.each(['resting', 'waiting', 'hopeful', 'starting', 'unwanted', 'covering'] as const)(
    'that is %s is over for good when the stream is finished',
    (name) => {
      const state = { name, failures: 0, notBeforeMs: 0, dueAtMs: 0, refusals: 0 } as FallbackState;
      const after: Step[] = [away, refused, audio, started, heard, failed].map((event) => [10_000, event]);
      expect(play([[0, { type: 'finished' }], ...after], state)).toEqual({ name: 'over' });
    },
  );
});
