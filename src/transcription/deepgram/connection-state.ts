/**
 * The life of one stream's connection to the recogniser.
 *
 *            audio              opened               drained              finished
 *     idle ─────────▶ connecting ──────▶ streaming ───────────▶ closing ───────────▶ closed
 *                       ▲    │ lost          │ lost                │ lost              ▲
 *                       │    ▼               ▼                     │                   │ finished
 *                       └─ waiting ◀─────────┴─────────────────────┘       (from every state: nothing to
 *                    retry                                                   hear, or time is over)
 *
 * `attempt` counts failures in a row; it falls back to 0 only when the recogniser says something (`heard`), so that a
 * server which accepts and drops at once is not stormed. Nothing is dialled before there is audio: Deepgram closes a
 * connection that sends none within 10 s (NET-0001), whatever KeepAlive says.
 */
export type ConnectionState =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly attempt: number }
  | { readonly name: 'streaming'; readonly attempt: number }
  | { readonly name: 'waiting'; readonly attempt: number; readonly retryAtMs: number }
  | { readonly name: 'closing'; readonly attempt: number }
  | { readonly name: 'closed' };

export type ConnectionEvent =
  | { readonly type: 'audio' }
  | { readonly type: 'opened' }
  | { readonly type: 'heard' }
  /** `jitter` is uniform in [0, 1). */
  | { readonly type: 'lost'; readonly jitter: number }
  | { readonly type: 'retry' }
  | { readonly type: 'drained' }
  | { readonly type: 'finished' };

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

/** Doubles from 250 ms to 5 s; between half and the whole of it, so that the calls of one process do not return at once. */
export function retryDelayMs(attempt: number, jitter: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt) * (0.5 + jitter / 2);
}

type StateName = ConnectionState['name'];
type EventType = ConnectionEvent['type'];
type StateOf<Name extends StateName> = Extract<ConnectionState, { name: Name }>;
type EventOf<Type extends EventType> = Extract<ConnectionEvent, { type: Type }>;
type Transition<Name extends StateName, Type extends EventType> = (
  state: StateOf<Name>,
  event: EventOf<Type>,
  nowMs: number,
) => ConnectionState;

const stay = (state: ConnectionState): ConnectionState => state;
const closed = (): ConnectionState => ({ name: 'closed' });
const lost = (state: { readonly attempt: number }, event: EventOf<'lost'>, nowMs: number): ConnectionState => ({
  name: 'waiting',
  attempt: state.attempt + 1,
  retryAtMs: nowMs + retryDelayMs(state.attempt, event.jitter),
});

const transitions: { readonly [Name in StateName]: { readonly [Type in EventType]: Transition<Name, Type> } } = {
  idle: {
    audio: () => ({ name: 'connecting', attempt: 0 }),
    opened: stay,
    heard: stay,
    lost: stay,
    retry: stay,
    drained: stay,
    finished: closed,
  },
  connecting: {
    audio: stay,
    opened: (state) => ({ name: 'streaming', attempt: state.attempt }),
    heard: stay,
    lost,
    retry: stay,
    drained: stay,
    finished: closed,
  },
  streaming: {
    audio: stay,
    opened: stay,
    heard: (state) => (state.attempt === 0 ? state : { name: 'streaming', attempt: 0 }),
    lost,
    retry: stay,
    drained: (state) => ({ name: 'closing', attempt: state.attempt }),
    finished: closed,
  },
  waiting: {
    audio: stay,
    opened: stay,
    heard: stay,
    lost: stay,
    retry: (state) => ({ name: 'connecting', attempt: state.attempt }),
    drained: stay,
    finished: closed,
  },
  closing: {
    audio: stay,
    opened: stay,
    heard: stay,
    lost,
    retry: stay,
    drained: stay,
    finished: closed,
  },
  closed: {
    audio: stay,
    opened: stay,
    heard: stay,
    lost: stay,
    retry: stay,
    drained: stay,
    finished: stay,
  },
};

/** The state after `event`. Pure: the same state object comes back when the event changes nothing. */
export function nextConnectionState(state: ConnectionState, event: ConnectionEvent, nowMs: number): ConnectionState {
  const transition = transitions[state.name][event.type] as (
    state: ConnectionState,
    event: ConnectionEvent,
    nowMs: number,
  ) => ConnectionState;
  return transition(state, event, nowMs);
}
