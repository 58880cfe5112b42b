import type { Clock } from '../call/clock.ts';
import type { CallEvent } from '../call/event.ts';
import { type CallFeed, createLocalFeed } from './call-feed.ts';
import { encodeFeedMessage, parseFeedMessage } from './feed-message.ts';
import type { SharedChannels } from './shared-channels.ts';

export interface SharedFeedObserver {
  /** So many events did not reach the other instances. */
  unsent(events: number): void;
  brokenMessage(): void;
  /** Other instances are about to be told, or to be heard. */
  sliceBegins(): void;
}

const CHANNEL = 'ethiq:events';
/** By the last digit of the CallSid. */
const SHARDS = [...'0123456789abcdef'].map((digit) => `${CHANNEL}:${digit}`);

/** How long events wait for others that are told with them. */
const GATHER_MS = 50;

/**
 * The feed of all instances: each tells its own subscribers directly and the other instances over the channels, so that
 * Redis away costs nobody the view of their own calls. Others are told of many calls at once, as each message costs the
 * same, and of each call only the latest guess at its words. Nothing is queued for Redis: late events help no one.
 */
export function createSharedFeed(
  channels: SharedChannels,
  instanceId: string,
  clock: Clock,
  observer: SharedFeedObserver,
): CallFeed {
  const local = createLocalFeed();
  const ownBeginning = encodeFeedMessage({ instanceId, events: [] }).slice(0, -']}'.length);
  const gathered = new Map<string, CallEvent[]>();
  let cancelTelling: (() => void) | null = null;
  const channelOf = ({ callSid }: CallEvent): string =>
    channels.isSharded ? `${CHANNEL}:${callSid.slice(-1).toLowerCase()}` : CHANNEL;
  for (const channel of channels.isSharded ? SHARDS : [CHANNEL]) channels.listen(channel, hear);

  function hear(text: string): void {
    if (text.startsWith(ownBeginning)) return;
    observer.sliceBegins();
    const message = parseFeedMessage(text);
    if (message === null) observer.brokenMessage();
    else for (const event of message.events) local.publish(event);
  }

  function gather(event: CallEvent): void {
    const channel = channelOf(event);
    const events = gathered.get(channel) ?? [];
    if (event.type === 'transcript.interim' || event.type === 'transcript.final') {
      const guess = events.findIndex(({ type, callSid }) => type === 'transcript.interim' && callSid === event.callSid);
      if (guess >= 0) events.splice(guess, 1);
    }
    gathered.set(channel, events);
    events.push(event);
    cancelTelling ??= clock.after(GATHER_MS, tell);
  }

  function tell(): void {
    observer.sliceBegins();
    cancelTelling?.();
    cancelTelling = null;
    for (const [channel, events] of gathered) {
      channels.publish(channel, encodeFeedMessage({ instanceId, events })).catch(() => observer.unsent(events.length));
    }
    gathered.clear();
  }

  return {
    publish(event: CallEvent) {
      local.publish(event);
      gather(event);
    },
    subscribe: local.subscribe,
    close() {
      tell();
      return local.close();
    },
  };
}
