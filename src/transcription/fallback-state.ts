/**
 * When the carrier's own recogniser takes a stream over, and when it gives it back.
 *
 *             away               audio, when due            started
 *     resting ─────▶ waiting ──────────────────▶ starting ─────────▶ covering
 *      ▲ ▲ ▲          │ ▲ ▲ ▲                     │   │ ▲                │ │
 *      │ │ │    opened│ │ │ └── failed ───────────┘   │ │ away           │ │
 *      │ │ │          ▼ │away                   heard │ │                │ │
 *      │ │ └─ heard ─ hopeful                         ▼ │                │ │
 *      │ └──────────── started (to be stopped), failed ─ unwanted        │ │
 *      │                  └── failed: it ended by itself ────────────────┘ │
 *      └───────────────────────── heard (to be stopped) ───────────────────┘
 *                                                 (from every state: finished ▶ over)
 *
 * `away`: there is no connection to the recogniser, though there is audio. It gets `patienceMs` to come back, which leaves
 * the backlog time to hold what is spoken while Twilio starts; when it refuses twice in a row it gets none, since one
 * refusal may be of the moment. `hopeful`: it is connected again, and has said nothing yet; only words end an outage
 * (`heard`). One start is under way at a time, and one that succeeds is the only one of its outage. After a start that
 * failed the next comes later each time, also in the outages after this one: an account without the addendum for
 * Twilio's recogniser would refuse every one of them.
 */
export type FallbackState =
  | ({ readonly name: 'resting' } & Failures)
  | ({ readonly name: 'waiting'; readonly refusals: number; readonly dueAtMs: number } & Failures)
  | ({ readonly name: 'hopeful'; readonly dueAtMs: number } & Failures)
  | ({ readonly name: 'starting' } & Failures)
  | ({ readonly name: 'unwanted' } & Failures)
  | { readonly name: 'covering' }
  | { readonly name: 'over' };

interface Failures {
  /** Starts that failed in a row. */
  readonly failures: number;
  /** No start before this. */
  readonly notBeforeMs: number;
}

export type FallbackEvent =
  /** `isRefused`: the recogniser itself said no. */
  | { readonly type: 'away'; readonly isRefused: boolean }
  | { readonly type: 'opened' }
  | { readonly type: 'heard' }
  | { readonly type: 'audio' }
  | { readonly type: 'started' }
  /** It could not be started, or ended by itself. `jitter` is uniform in [0, 1). */
  | { readonly type: 'failed'; readonly jitter: number }
  | { readonly type: 'finished' };

export interface FallbackTimes {
  /** How long the recogniser may be away before another one is asked. */
  readonly patienceMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

export const RESTING: FallbackState = { name: 'resting', failures: 0, notBeforeMs: 0 };
const REFUSALS_IN_A_ROW = 2;

type StateName = FallbackState['name'];
type EventType = FallbackEvent['type'];
type StateOf<Name extends StateName> = Extract<FallbackState, { name: Name }>;
type EventOf<Type extends EventType> = Extract<FallbackEvent, { type: Type }>;
interface Now extends FallbackTimes {
  readonly nowMs: number;
}
type Transition<Name extends StateName, Type extends EventType> = (
  state: StateOf<Name>,
  event: EventOf<Type>,
  now: Now,
) => FallbackState;

const stay = (state: FallbackState): FallbackState => state;
const over = (): FallbackState => ({ name: 'over' });
const kept = ({ failures, notBeforeMs }: Failures): Failures => ({ failures, notBeforeMs });
const rest = (state: Failures): FallbackState => ({ name: 'resting', ...kept(state) });

function failedOnceMore({ failures }: Pick<Failures, 'failures'>, { jitter }: EventOf<'failed'>, now: Now): Failures {
  const delayMs = Math.min(now.longestRetryMs, now.firstRetryMs * 2 ** failures) * (1 + jitter / 2);
  return { failures: failures + 1, notBeforeMs: now.nowMs + delayMs };
}

function waitAgain(failures: Failures): FallbackState {
  return { name: 'waiting', refusals: 0, dueAtMs: failures.notBeforeMs, ...failures };
}

const transitions: { readonly [Name in StateName]: { readonly [Type in EventType]: Transition<Name, Type> } } = {
  resting: {
    away: (state, { isRefused }, { nowMs, patienceMs }) => ({
      name: 'waiting',
      refusals: isRefused ? 1 : 0,
      dueAtMs: Math.max(state.notBeforeMs, nowMs + patienceMs),
      ...kept(state),
    }),
    opened: stay,
    heard: stay,
    audio: stay,
    started: stay,
    failed: stay,
    finished: over,
  },
  waiting: {
    away(state, { isRefused }, { nowMs }) {
      const refusals = isRefused ? state.refusals + 1 : 0;
      if (refusals < REFUSALS_IN_A_ROW) return { ...state, refusals };
      return { ...state, refusals, dueAtMs: Math.max(state.notBeforeMs, Math.min(state.dueAtMs, nowMs)) };
    },
    opened: (state) => ({ name: 'hopeful', dueAtMs: state.dueAtMs, ...kept(state) }),
    heard: rest,
    audio: (state, _event, { nowMs }) => (nowMs < state.dueAtMs ? state : { name: 'starting', ...kept(state) }),
    started: stay,
    failed: stay,
    finished: over,
  },
  hopeful: {
    away: (state, { isRefused }) => ({ ...state, name: 'waiting', refusals: isRefused ? 1 : 0 }),
    opened: stay,
    heard: rest,
    audio: stay,
    started: stay,
    failed: stay,
    finished: over,
  },
  starting: {
    away: stay,
    opened: stay,
    heard: (state) => ({ name: 'unwanted', ...kept(state) }),
    audio: stay,
    started: () => ({ name: 'covering' }),
    failed: (state, event, now) => waitAgain(failedOnceMore(state, event, now)),
    finished: over,
  },
  unwanted: {
    away: (state) => ({ name: 'starting', ...kept(state) }),
    opened: stay,
    heard: stay,
    audio: stay,
    started: () => RESTING,
    failed: (state, event, now) => rest(failedOnceMore(state, event, now)),
    finished: over,
  },
  covering: {
    away: stay,
    opened: stay,
    heard: () => RESTING,
    audio: stay,
    started: stay,
    failed: (_state, event, now) => waitAgain(failedOnceMore({ failures: 0 }, event, now)),
    finished: over,
  },
  over: {
    away: stay,
    opened: stay,
    heard: stay,
    audio: stay,
    started: stay,
    failed: stay,
    finished: stay,
  },
};

/** The state after `event`. Pure: the same state object comes back when the event changes nothing. */
export function nextFallbackState(
  state: FallbackState,
  event: FallbackEvent,
  nowMs: number,
  times: FallbackTimes,
): FallbackState {
  const transition = transitions[state.name][event.type] as (
    state: FallbackState,
    event: FallbackEvent,
    now: Now,
  ) => FallbackState;
  // Nearly always: of every message of the recogniser, and of all audio.
  return transition === stay ? state : transition(state, event, { ...times, nowMs });
}
