import { dueAlertStep } from '../alerting/alert-policy.ts';
import type { RaiseAlert } from '../alerting/raise-alert.ts';
import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import type { AlertStep } from '../call/event.ts';

/** What the contacts of one call are told: each step once, as soon as it is due and the call's owner is known. */
export interface CallAlerts {
  /** When the deciding utterance ended, and when what decided came: Unix milliseconds. */
  consider(analysis: Analysis, times: { readonly spokenAt: number; readonly decidedAt: number }): void;
  /** Another instance raised these. */
  restore(steps: readonly AlertStep[]): void;
  readonly steps: readonly AlertStep[];
  /** Tells the contacts something else. */
  tell(contactsOf: (owner: CallOwner) => Promise<void>): void;
  /** Resolves when everything that is due is recorded. */
  recorded(): Promise<void>;
}

export function createCallAlerts(
  call: Call,
  ownerFound: Promise<CallOwner | null>,
  raiseAlert: RaiseAlert,
  onFailure: (error: unknown) => void,
): CallAlerts {
  const raised = new Set<AlertStep>();
  const telling = new Set<Promise<void>>();

  function tell(contactsOf: (owner: CallOwner) => Promise<void>): void {
    const work = ownerFound
      .then((owner) => (owner === null ? undefined : contactsOf(owner)))
      .catch(onFailure)
      .finally(() => telling.delete(work));
    telling.add(work);
  }

  return {
    consider(analysis, times) {
      const step = dueAlertStep(analysis.assessment.level, raised);
      if (step === null) return;
      raised.add(step);
      tell((owner) => raiseAlert({ call, owner, step, analysis, ...times }));
    },
    tell,
    restore(steps) {
      for (const step of steps) raised.add(step);
    },
    get steps() {
      return [...raised];
    },
    async recorded() {
      await Promise.all(telling);
    },
  };
}
