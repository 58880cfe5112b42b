import type { DeliveryId, PhoneNumber } from '../call/ids.ts';
import type { CallControl } from '../intervention/call-control.ts';
import type { ContactBook } from './contact-book.ts';
import { toGsm7 } from './gsm7.ts';

export type Reply =
  | 'acknowledge'
  | 'hang_up'
  | 'false_alarm'
  | 'opt_in'
  /** Taken back with Twilio's own word, which Twilio answers. */
  | 'opt_in_again'
  | 'opt_out'
  | 'help'
  | 'other';

/** Twilio's own words for opting out and in (https://www.twilio.com/docs/api/errors/21610); it answers them itself. */
const OPT_OUT_WORDS = ['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'optout'];
const OPT_IN_WORDS = ['start', 'unstop'];

const REPLY_OF_WORDS: ReadonlyMap<string, Reply> = new Map<string, Reply>([
  ...OPT_OUT_WORDS.map((word) => [word, 'opt_out'] as const),
  ...OPT_IN_WORDS.map((word) => [word, 'opt_in_again'] as const),
  ['yes', 'opt_in'],
  ['1', 'acknowledge'],
  ['hangup', 'hang_up'],
  ['hang up', 'hang_up'],
  ['safe', 'false_alarm'],
  ['help', 'help'],
  ['info', 'help'],
]);

/** What a contact means, whatever the letter case, spaces and punctuation. */
export function readReply(text: string): Reply {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  return REPLY_OF_WORDS.get(words) ?? 'other';
}

/**
 * Does what a reply asks for. Returns what the contact is told, or null where silence is right: to Twilio's own words,
 * to strangers, and to what nobody understands, so that two machines never talk to each other.
 */
export async function handleReply(
  reply: Reply,
  from: PhoneNumber,
  { contacts, calls }: { readonly contacts: ContactBook; readonly calls: Pick<CallControl, 'endCall'> },
): Promise<string | null> {
  if (reply === 'opt_out') await contacts.optOut(from);
  if (reply === 'opt_in' || reply === 'opt_in_again') {
    const { contacts: agreed } = await contacts.optIn(from);
    return agreed > 0 && reply === 'opt_in'
      ? 'ETHIQ: Thank you. You will get a text when a call looks like fraud. Reply STOP to end.'
      : null;
  }
  if (reply === 'opt_out' || reply === 'help' || reply === 'other') return null;
  const alert = await contacts.latestAlert(from, { prefersLive: reply === 'hang_up' });
  if (alert === null) return null;
  const name = toGsm7(alert.userName).slice(0, LONGEST_NAME);
  if (reply === 'acknowledge') {
    await contacts.acknowledge(alert);
    return `ETHIQ: Thank you. Please call or go to ${name} now.`;
  }
  if (reply === 'false_alarm') {
    await contacts.markFalseAlarm(alert);
    return `ETHIQ: The call of ${name} is noted as a false alarm. Thank you.`;
  }
  // Only Twilio knows for certain whether the call is over.
  const ended = await calls.endCall(alert.callSid);
  if (!ended.ok) return `ETHIQ: The call could not be ended. Please call or go to ${name} now.`;
  return ended.wasOver ? `ETHIQ: The call of ${name} has already ended.` : `ETHIQ: The call of ${name} is being ended.`;
}

/**
 * Does what a key means that a contact pressed during a call with an alert: `1` is "I am on it", as in a text. Returns
 * what is said, or null when the key means nothing.
 */
export async function handleKey(key: string, deliveryId: DeliveryId, contacts: ContactBook): Promise<string | null> {
  if (key !== '1') return null;
  const alert = await contacts.alertOf(deliveryId);
  if (alert === null) return 'Thank you. Goodbye.';
  await contacts.acknowledge(alert);
  return `Thank you. Please call or go to ${alert.userName} now.`;
}

/** Every answer stays within one segment. */
const LONGEST_NAME = 60;
