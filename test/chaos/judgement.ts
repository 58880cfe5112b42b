import type { StandInMessage } from '../../src/simulators/twilio-stand-in.ts';
import type { RecordedCall } from '../support/service.ts';
import { type Finding, finding } from './finding.ts';
import type { EndedProcess } from './fleet.ts';
import { type ProcessSample, quantile } from './growth.ts';
import type { InjectedFault } from './injector.ts';
import { gapsMs, type Outage, type PlayedCall } from './played-call.ts';
import { growthFinding, processFinding } from './process-findings.ts';
import { EVIDENCE } from './scripts.ts';
import { transcriptLoss } from './transcript-loss.ts';

/** All that the suite saw from outside. */
export interface Evidence {
  readonly calls: readonly PlayedCall[];
  readonly records: ReadonlyMap<string, RecordedCall>;
  readonly messages: readonly StandInMessage[];
  readonly faults: readonly InjectedFault[];
  readonly processes: readonly EndedProcess[];
  readonly samples: readonly ProcessSample[];
  readonly utteranceClashes: ReadonlySet<string>;
}

const DUPLICATES_SHARE = 0.01;
const RESUMED_MS = 3_000;
const HANDED_OVER_MS = 2_000;
/** A socket of a process that was killed is gone within this. */
const DEATH_MS = 1_000;
/** What was said this shortly before an interruption need not have been recognised and kept. */
const SETTLE_MS = 1_000;
/** How far two clocks may differ about a gap. */
const BLIND_DOUBT_MS = 500;
const WORDS_PER_SEAM = 2;

export function judge(evidence: Evidence): Finding[] {
  return [
    ...alertFindings(evidence),
    ...callFindings(evidence),
    outageFinding(evidence, 'kill', 'after a SIGKILL calls resume within 3 s (p95)', RESUMED_MS),
    outageFinding(evidence, 'term', 'at a SIGTERM calls are handed over within 2 s (p95)', HANDED_OVER_MS),
    processFinding(evidence.processes),
    growthFinding(evidence.samples),
  ];
}

function alertFindings({ calls, records, messages, faults }: Evidence): Finding[] {
  const alerts = calls.flatMap((call) =>
    (records.get(call.callSid)?.alerts ?? []).map((alert) => ({ call, ...alert })),
  );
  const sentFor = new Map<string, StandInMessage[]>();
  for (const message of messages) {
    const id = new URL(message.statusCallback).searchParams.get('delivery') ?? '';
    sentFor.set(id, [...(sentFor.get(id) ?? []), message]);
  }
  const isDelivered = ({ deliveries }: (typeof alerts)[number]): boolean =>
    deliveries.some(({ id }) => sentFor.get(id)?.some(({ status }) => status === 'delivered'));
  const undelivered = alerts.filter((alert) => !isDelivered(alert)).map(({ call }) => call.callSid);
  const scams = calls.filter(
    (call) => call.isScam && wasHeard(call, faults) && !isExcused(call, records.get(call.callSid)),
  );
  const silent = scams.filter(({ callSid }) => !alerts.some(({ call }) => call.callSid === callSid));
  const honest = calls.filter(({ isScam }) => !isScam);
  const alarmed = honest.filter(({ contact }) => messages.some(({ to }) => to === contact));
  const steps = alerts.map(({ call, step }) => `${call.callSid} ${step}`);
  const twice = steps.filter((step, index) => steps.indexOf(step) !== index);
  const notices = [...records.values()].flatMap(({ interruption }) => interruption ?? []);
  const recordedIds = new Set([...alerts, ...notices].flatMap(({ deliveries }) => deliveries.map(({ id }) => id)));
  const unrecorded = [...sentFor]
    .filter(([id]) => !recordedIds.has(id))
    .flatMap(([, sent]) => sent.map(({ to }) => to));
  const copies = new Map<string, number>();
  for (const { to, body, status } of messages) {
    if (status === 'delivered') copies.set(`${to} ${body}`, (copies.get(`${to} ${body}`) ?? 0) + 1);
  }
  const repeated = [...copies].filter(([, count]) => count > 1);
  const duplicates = repeated.reduce((sum, [, count]) => sum + count - 1, 0);
  const share = duplicates / Math.max(1, copies.size);
  const sids = (found: readonly PlayedCall[]) => found.map(({ callSid }) => callSid);
  return [
    finding('every recorded alert was delivered', undelivered, `${undelivered.length} of ${alerts.length} were not`),
    finding('every scam heard long enough has an alert', sids(silent), `${silent.length} of ${scams.length} have none`),
    finding('no honest call has one', sids(alarmed), `${alarmed.length} of ${honest.length} have one`),
    finding('no step is recorded twice', twice, `${twice.length} of ${steps.length}`),
    finding('every message stands in the record', unrecorded, `${unrecorded.length} of ${messages.length} do not`),
    finding(
      'duplicates are under 1 %',
      repeated.map(([key]) => key.split(' ')[0] ?? key),
      `${duplicates} to ${copies.size} messages, ${(share * 100).toFixed(2)} %`,
      share < DUPLICATES_SHARE,
    ),
  ];
}

/** All of the evidence was said on an open stream, with time to be recognised and kept. */
function wasHeard({ words, outages, overAt }: PlayedCall, faults: readonly InjectedFault[]): boolean {
  const silences: ReadonlyArray<{ readonly fromAt: number; readonly untilAt: number }> = [
    ...outages,
    ...faults.filter((fault) => isLastMomentKill(fault, overAt)),
    ...faults.filter(({ kind }) => kind === 'stt' || kind === 'stall'),
  ];
  const isSure = (at: number): boolean =>
    !silences.some(({ fromAt, untilAt }) => at >= fromAt - SETTLE_MS && at <= untilAt + SETTLE_MS);
  const isLineSure = (line: number): boolean =>
    words.filter((word) => word.line === line).every(({ isSent, saidAt }) => isSent && isSure(saidAt));
  return EVIDENCE.every(isLineSure);
}

/** A process that dies just after its caller hung up takes the last words along, and no socket tells of it. */
const isLastMomentKill = ({ kind, fromAt }: InjectedFault, overAt: number): boolean =>
  kind === 'kill' && fromAt >= overAt && fromAt <= overAt + DEATH_MS;

/** Evidence is missing from the transcript, and the service owns up to blind time beside the gaps between streams. */
function isExcused({ outages, words }: PlayedCall, record: RecordedCall | undefined): boolean {
  if (record === undefined) return false;
  const heard = record.transcript.map(({ text }) => text).join(' ');
  const lineOf = (line: number): string =>
    words
      .filter((word) => word.line === line)
      .map(({ text }) => text)
      .join(' ');
  const isMissing = EVIDENCE.some((line) => !heard.includes(lineOf(line)));
  return isMissing && record.blindMs > gapsMs(outages) + BLIND_DOUBT_MS;
}

const isCausedBy =
  (faults: readonly InjectedFault[]) =>
  ({ fromAt }: Outage): boolean =>
    faults.some((fault) => fromAt >= fault.fromAt && fromAt <= fault.untilAt + DEATH_MS);

function callFindings({ calls, records, faults, utteranceClashes }: Evidence): Finding[] {
  const isByKill = isCausedBy(faults.filter(({ kind }) => kind === 'kill'));
  const losses = calls.flatMap((call) => {
    const record = records.get(call.callSid);
    const lastKills = faults.filter((fault) => isLastMomentKill(fault, call.overAt));
    const kills = call.outages.filter(isByKill).length + lastKills.length;
    return record === undefined ? [] : [{ call, record, ...transcriptLoss(call, record, kills) }];
  });
  const sum = (of: (loss: (typeof losses)[number]) => number): number =>
    losses.reduce((total, loss) => total + of(loss), 0);
  const sids = (found: ReadonlyArray<{ readonly callSid: string }>) => found.map(({ callSid }) => callSid);
  const silentLosses = losses.filter(({ unaccountedMs }) => unaccountedMs > 0).map(({ call }) => call);
  // A word that a break cuts in two is heard on both sides of it, and those around a change of recogniser by both.
  const sttFaults = faults.filter(({ kind }) => kind === 'stt');
  const seamsOf = ({ words: said, overAt }: PlayedCall): number =>
    sttFaults.filter(({ fromAt, untilAt }) => fromAt < overAt && untilAt > (said[0]?.saidAt ?? 0)).length;
  const repeated = losses.filter(
    ({ call, repeatedWords }) => repeatedWords > call.outages.length + WORDS_PER_SEAM * seamsOf(call),
  );
  const isClash = ({ callSid }: PlayedCall): boolean => {
    const ids = records.get(callSid)?.transcript.map(({ id }) => id) ?? [];
    return utteranceClashes.has(callSid) || new Set(ids).size < ids.length;
  };
  const clashing = calls.filter(isClash);
  const open = calls.filter(({ callSid }) => records.get(callSid)?.status !== 'completed');
  const refused = calls.filter(({ isRefused }) => isRefused);
  const [words, missing] = [sum(({ call }) => call.words.length), sum(({ missingWords }) => missingWords)];
  const [blindMs, unaccountedMs] = [sum(({ record }) => record.blindMs), sum((loss) => loss.unaccountedMs)];
  return [
    finding(
      'every transcript is complete up to its blind time',
      sids(silentLosses),
      `${silentLosses.length} of ${calls.length} are not; ${missing} of ${words} words missing, blind ${inSeconds(blindMs)}, unaccounted for ${inSeconds(unaccountedMs)}`,
    ),
    finding(
      'no word stands twice',
      sids(repeated.map(({ call }) => call)),
      `in ${repeated.length} calls; ${sum((loss) => loss.repeatedWords)} words`,
    ),
    finding('an utterance’s number is its own', sids(clashing), `in ${clashing.length} calls it is not`),
    finding('every call has ended on the record', sids(open), `${open.length} of ${calls.length} have not`),
    finding('no living call is hung up', sids(refused), `${refused.length} were`),
  ];
}

function outageFinding({ calls, faults }: Evidence, kind: 'kill' | 'term', invariant: string, mostMs: number): Finding {
  const causes = faults.filter((fault) => fault.kind === kind);
  const lasted = calls.flatMap(({ callSid, outages }) =>
    outages
      .filter(isCausedBy(causes))
      .map(({ fromAt, untilAt, isResumed }) => ({ callSid, isResumed, ms: untilAt - fromAt }))
      // A caller who hung up sooner tells nothing.
      .filter(({ isResumed, ms }) => isResumed || ms > mostMs),
  );
  const times = lasted.map(({ ms }) => ms);
  const p95 = quantile(times, 0.95);
  return finding(
    invariant,
    lasted.filter(({ ms }) => ms > mostMs).map(({ callSid }) => callSid),
    times.length === 0
      ? `${causes.length} times, no call was interrupted`
      : `${causes.length} times, ${times.length} calls: p50 ${quantile(times, 0.5)}, p95 ${p95}, most ${quantile(times, 1)} ms`,
    times.length === 0 || p95 <= mostMs,
  );
}

const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
