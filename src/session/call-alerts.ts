import { dueAlertStep } from '../alerting/alert-policy.ts';
import type { RaiseAlert } from '../alerting/raise-alert.ts';
import type { Analysis } from '../call/analysis.ts';
import type { Call, CallOwner } from '../call/call.ts';
import type { Clock } from '../call/clock.ts';
import type { AlertStep } from '../call/event.ts';
import type { Utterance } from '../call/utterance.ts';

/** What the contacts of one call are told: each step once, as soon as it is due and the call's owner is known. */
export interface CallAlerts {
  /** When an utterance's last audio came, and when its final segment came: Unix milliseconds. */
  heard(utterance: Utterance, times: { readonly spokenAt: number; readonly heardAt: number }): void;
  /** The newest utterance that the analysis is of decided. */
  consider(analysis: Analysis, utterance: Utterance): void;
  /** Another instance raised these. */
  restore(steps: readonly AlertStep[]): void;
  readonly steps: readonly AlertStep[];
  /** Tells the contacts something else. */
  tell(contactsOf: (owner: CallOwner) => Promise<void>): void;
  /** Resolves when everything that is due is recorded. */
  recorded(): Promise<void>;
}

export interface CallAlertsDependencies {
  readonly call: Call;
  readonly ownerFound: Promise<CallOwner | null>;
  readonly clock: Clock;
  readonly raiseAlert: RaiseAlert;
  readonly failed: (error: unknown) => void;
}

export function createCallAlerts({ call, ownerFound, clock, raiseAlert, failed }: CallAlertsDependencies): CallAlerts {
  const arrivals = new WeakMap<Utterance, { readonly spokenAt: number; readonly heardAt: number }>();
  const raised = new Set<AlertStep>();
  const telling = new Set<Promise<void>>();

  function tell(contactsOf: (owner: CallOwner) => Promise<void>): void {
    const work = ownerFound
      .then((owner) => (owner === null ? undefined : contactsOf(owner)))
      .catch(failed)
      .finally(() => telling.delete(work));
    telling.add(work);
  }

  return {
    heard(utterance, times) {
      arrivals.set(utterance, times);
    },
    consider(analysis, utterance) {
      const step = dueAlertStep(analysis.assessment.level, raised);
      if (step === null) return;
      raised.add(step);
      const now = clock.wallMs();
      const { spokenAt, heardAt } = arrivals.get(utterance) ?? { spokenAt: now, heardAt: now };
      const decidedAt = analysis.finder === 'local' ? heardAt : now;
      tell((owner) => raiseAlert({ call, owner, step, analysis, spokenAt, decidedAt }));
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
