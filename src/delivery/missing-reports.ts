import type { AlertLedger, DeliveryReport } from '../alerting/alert-ledger.ts';
import type { readTextReport } from '../alerting/text-report.ts';
import type { Clock } from '../call/clock.ts';

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
  readonly observer: {
    ledgerFailed(error: unknown): void;
    /** The carrier did not say what became of one text; it is asked again. */
    unanswered(error: unknown): void;
  };
}

/**
 * Asks about texts whose report has not come: it may have been told to an instance that died of it, and is not repeated.
 * Without it a message that never arrived would count as sent. Returns what stops it.
 */
export function startMissingReports(dependencies: MissingReportsDependencies): () => void {
  const { ledger, statusOf, report, clock, limits, observer } = dependencies;
  let isUnderWay = false;

  async function look(): Promise<void> {
    for (const { deliveryId, providerSid } of await ledger.unreported(limits)) {
      // One that the carrier does not know keeps no other back.
      const found = await statusOf(providerSid).catch(observer.unanswered);
      if (!found?.status || found.status === 'sent') continue;
      await report({ deliveryId, channel: 'sms', ...found, status: found.status });
    }
  }

  return clock.every(limits.everyMs, () => {
    if (isUnderWay) return;
    isUnderWay = true;
    look()
      .catch(observer.ledgerFailed)
      .finally(() => {
        isUnderWay = false;
      });
  });
}
