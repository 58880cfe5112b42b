import type { CallEvent } from '../call/event.ts';
import { type CallFeed, createLocalFeed } from './call-feed.ts';
import { encodeFeedMessage, parseFeedMessage } from './feed-message.ts';
import type { SharedChannels } from './shared-channels.ts';

export interface SharedFeedObserver {
  /** An event did not reach the other instances. */
  unsent(): void;
  brokenMessage(): void;
}

/** Sixteen channels by the last digit of the CallSid: in a cluster no single node carries all events. */
const channelOf = (digit: string): string => `ethiq:events:${digit.toLowerCase()}`;
const DIGITS = '0123456789abcdef';

/**
 * The feed of all instances: each tells its own subscribers directly and the other instances over the channels, so that
 * Redis away costs nobody the view of their own calls. Nothing is queued for it: late events help no one.
 */
export function createSharedFeed(channels: SharedChannels, instanceId: string, observer: SharedFeedObserver): CallFeed {
  const local = createLocalFeed();
  for (const digit of DIGITS) channels.listen(channelOf(digit), hear);

  function hear(text: string): void {
    const message = parseFeedMessage(text);
    if (message === null) observer.brokenMessage();
    else if (message.instanceId !== instanceId) local.publish(message.event);
  }

  return {
    publish(event: CallEvent) {
      local.publish(event);
      const channel = channelOf(event.callSid.slice(-1));
      channels.publish(channel, encodeFeedMessage({ instanceId, event })).catch(() => observer.unsent());
    },
    subscribe: local.subscribe,
    close: local.close,
  };
}
