import { dueAlertStep } from '../alerting/alert-policy.ts';
import type { RaiseAlert } from '../alerting/raise-alert.ts';
import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import type { AlertStep } from '../call/event.ts';

/** The alerts of one call: each step once, as soon as it is due and the call's owner is known. */
export interface CallAlerts {
  /** When the deciding utterance ended, and when what decided came: Unix milliseconds. */
  consider(analysis: Analysis, times: { readonly spokenAt: number; readonly decidedAt: number }): void;
  /** Another instance raised these. */
  restore(steps: readonly AlertStep[]): void;
  readonly steps: readonly AlertStep[];
  /** Resolves when every alert that is due is recorded. */
  recorded(): Promise<void>;
}

export function createCallAlerts(
  call: Call,
  ownerFound: Promise<CallOwner | null>,
  raiseAlert: RaiseAlert,
  onFailure: (error: unknown) => void,
): CallAlerts {
  const raised = new Set<AlertStep>();
  const raising = new Set<Promise<void>>();

  async function raise(step: AlertStep, analysis: Analysis, times: { spokenAt: number; decidedAt: number }) {
    const owner = await ownerFound;
    if (owner !== null) await raiseAlert({ call, owner, step, analysis, ...times });
  }

  return {
    consider(analysis, times) {
      const step = dueAlertStep(analysis.assessment.level, raised);
      if (step === null) return;
      raised.add(step);
      const work = raise(step, analysis, times)
        .catch(onFailure)
        .finally(() => raising.delete(work));
      raising.add(work);
    },
    restore(steps) {
      for (const step of steps) raised.add(step);
    },
    get steps() {
      return [...raised];
    },
    async recorded() {
      await Promise.all(raising);
    },
  };
}
