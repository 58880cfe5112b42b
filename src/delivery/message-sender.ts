import type { ProviderFailure } from '../call/failure.ts';
import type { DeliveryId, PhoneNumber } from '../call/ids.ts';

/**
 * PORT: hands messages to a carrier, as text or as a telephone call that speaks them; one sender for each channel. It never
 * retries by itself: the outbox does, because only it remembers.
 */
export interface MessageSender {
  send(message: Message): Promise<SendResult>;
  /** Looks for messages that may have been accepted though the answer was lost. */
  find(message: SentMessage): Promise<FindResult>;
}

/** Texts come from the account's own sender, whosever line it is about. */
export interface TextSender {
  send(message: Omit<Message, 'line'>): Promise<SendResult>;
  find(message: Omit<SentMessage, 'line'>): Promise<FindResult>;
}

export interface Message {
  /** Comes back in delivery reports. */
  readonly deliveryId: DeliveryId;
  /** How long the carrier may hold a text back before it is of no use any more, seconds. */
  readonly validityS: number;
  readonly to: PhoneNumber;
  /** The line that guards the user: who is calling. */
  readonly line: PhoneNumber;
  readonly body: string;
}

export interface SentMessage {
  readonly to: PhoneNumber;
  readonly line: PhoneNumber;
  readonly body: string;
  /** Not sent before this, Unix milliseconds. */
  readonly since: number;
}

export type SendResult =
  | { readonly type: 'accepted'; readonly providerSid: string }
  /** The carrier did not process it and documents that it may be sent again. */
  | { readonly type: 'not_processed'; readonly failure: ProviderFailure }
  /** The carrier will not take it, however often it is sent. `isOptedOut`: because the recipient wants no messages. */
  | { readonly type: 'rejected'; readonly failure: ProviderFailure; readonly isOptedOut: boolean }
  /** No answer, or one that does not say whether it was processed. */
  | { readonly type: 'uncertain'; readonly failure: ProviderFailure };

export type FindResult =
  | { readonly type: 'searched'; readonly providerSids: readonly string[] }
  | { readonly type: 'unavailable'; readonly failure: ProviderFailure };
