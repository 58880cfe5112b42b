import type { AlertStep } from '../call/event.ts';
import type { ScamType } from '../call/facts.ts';
import { ageWords, PLAIN_WORDS } from './sms-text.ts';

/** The alert as it is spoken on the telephone. `ageMs`: how old the alert is, when that must be said; null: it is new. */
export function spokenAlert(step: AlertStep, scamType: ScamType, userName: string, ageMs: number | null): string {
  const claim = step === 'critical' ? 'is very likely fraud' : 'looks like fraud';
  const when = ageMs === null ? 'is on a phone call' : `was on a phone call ${ageWords(ageMs)}`;
  return `This is Ethiq, with an alert. ${userName} ${when} that ${claim}: ${PLAIN_WORDS[scamType]}. Please call or go there. To say that you are on it, press 1.`;
}
