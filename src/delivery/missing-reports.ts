import type { AlertLedger, DeliveryReport } from '../alerting/alert-ledger.ts';
import type { readTextReport } from '../alerting/text-report.ts';
import { type Clock, every } from '../call/clock.ts';

export interface MissingReportsLimits {
  readonly everyMs: number;
  /** How long a text that the carrier has accepted may stay without a report, and how often it is asked about one. */
  readonly silentMs: number;
  /** Later than this nobody is helped by a message that is sent again. */
  readonly forgetAfterMs: number;
  readonly limit: number;
}

export interface MissingReportsDependencies {
  readonly ledger: Pick<AlertLedger, 'unreported'>;
  /** Asks the carrier what became of a text. */
  readonly statusOf: (providerSid: string) => Promise<ReturnType<typeof readTextReport>>;
  readonly report: (report: DeliveryReport) => Promise<unknown>;
  readonly clock: Clock;
  readonly limits: MissingReportsLimits;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Asks about texts whose report has not come: it may have been told to an instance that died of it, and is not repeated.
 * Without it a message that never arrived would count as sent. Returns what stops it.
 */
export function startMissingReports(dependencies: MissingReportsDependencies): () => void {
  const { ledger, statusOf, report, clock, limits, onFailure } = dependencies;
  let isUnderWay = false;

  async function look(): Promise<void> {
    for (const { deliveryId, providerSid } of await ledger.unreported(limits)) {
      const { status, ...rest } = await statusOf(providerSid);
      if (status !== null && status !== 'sent') await report({ deliveryId, channel: 'sms', status, ...rest });
    }
  }

  return every(clock, limits.everyMs, () => {
    if (isUnderWay) return;
    isUnderWay = true;
    look()
      .catch(onFailure)
      .finally(() => {
        isUnderWay = false;
      });
  });
}
