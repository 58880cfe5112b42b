import type { AlertStep } from '../call/event.ts';
import type { ScamType } from '../call/facts.ts';
import { SEGMENT_SEPTETS, septetsOf, toGsm7 } from './gsm7.ts';

/** What the family calls it. */
export const PLAIN_WORDS: { readonly [T in ScamType]: string } = {
  none: 'a scammer',
  government_impersonation: 'a fake official',
  bank_impersonation: 'a fake bank',
  business_impersonation: 'a fake company',
  tech_support: 'fake tech support',
  refund_overpayment: 'a fake refund',
  family_emergency: 'a fake relative',
  prize_lottery: 'a fake prize',
  debt_relief: 'fake debt relief',
  warranty_telemarketing: 'a fake warranty',
  health_medicare: 'fake Medicare',
  utility_disconnection: 'a fake utility',
  investment_crypto: 'a fake investment',
  romance: 'a romance scam',
  job_task: 'a fake job',
  rental_payee: 'a fake landlord',
  charity: 'a fake charity',
  recovery: 'fake money recovery',
  other: 'a scammer',
};

const SHORTEST_NAME = 12;

/**
 * The alert as one SMS of one GSM-7 segment: who, what, what to do, and the words to answer with. `HANGUP` and not
 * `END`, which is one of Twilio's words for opting out.
 */
export function alertText(step: AlertStep, scamType: ScamType, userName: string): string {
  const what = PLAIN_WORDS[scamType];
  const [opening, claim] =
    step === 'critical' ? ['ETHIQ URGENT: ', 'is very likely fraud'] : ['ETHIQ: ', 'looks like fraud'];
  const rest = ` is on a call that ${claim} (${what}). Call or go there. Reply 1 I'm on it, HANGUP end call, SAFE false alarm`;
  return fitName(opening, userName, rest);
}

/** The same, of an alert that comes so late that its age must be said. */
export function lateAlertText(step: AlertStep, scamType: ScamType, userName: string, ageMs: number): string {
  const [opening, claim] = step === 'critical' ? ['ETHIQ URGENT', 'very likely fraud'] : ['ETHIQ', 'looks like fraud'];
  const rest = ` on a call, ${claim} (${PLAIN_WORDS[scamType]}). Call or go there. Reply 1 I'm on it, HANGUP end call, SAFE false alarm`;
  return fitName(`${opening} ${ageWords(ageMs)}: `, userName, rest);
}

const MINUTE_MS = 60_000;
const LONGEST_IN_MINUTES = 99;

/** `12 min ago`; from a hundred minutes on in hours. */
export function ageWords(ageMs: number): string {
  const minutes = Math.floor(ageMs / MINUTE_MS);
  return minutes > LONGEST_IN_MINUTES ? `${Math.round(minutes / 60)} h ago` : `${minutes} min ago`;
}

/** Tells a contact that a call which looked suspicious could not be heard for a while. */
export function interruptionText(userName: string): string {
  const rest =
    ' is on a call with signs of fraud, and we could not hear part of it. Our protection was interrupted. Call or go there.';
  return fitName('ETHIQ: ', userName, rest);
}

/** Asks a contact for consent. Twilio's own STOP works on it. */
export function optInText(contactName: string, userName: string): string {
  return toGsm7(
    `ETHIQ: ${contactName.slice(0, 40)}, ${userName.slice(0, 40)} wants you to get a text or a call when a phone call looks like fraud. Reply YES to agree. No other messages. STOP ends, HELP helps. Msg rates may apply.`,
  );
}

function fitName(opening: string, name: string, rest: string): string {
  const room = Math.max(SHORTEST_NAME, SEGMENT_SEPTETS - septetsOf(toGsm7(opening + rest)));
  let fitted = toGsm7(name.trim());
  while (septetsOf(fitted) > room) fitted = [...fitted].slice(0, -1).join('');
  return toGsm7(opening + fitted.trimEnd() + rest);
}
