import { setTimeout as sleep } from 'node:timers/promises';
import { createPhoneCall, type PhoneCall } from '../../src/simulators/phone-call.ts';
import type { SpokenFrame } from '../../src/simulators/spoken-audio.ts';
import type { StandIns } from '../../src/simulators/stand-ins.ts';
import type { PlannedCall } from './fault-plan.ts';
import { HONEST, PACE, SCAM } from './scripts.ts';

/** A call as the telephone saw it: what the judgement compares the record with. Times are Unix milliseconds. */
export interface PlayedCall {
  readonly number: number;
  readonly callSid: string;
  readonly isScam: boolean;
  readonly contact: string;
  readonly words: readonly PlayedWord[];
  /** When the call had no stream. */
  readonly outages: readonly Outage[];
  /** When the caller hung up. */
  readonly overAt: number;
  /** The service told the telephone to hang up. */
  readonly isRefused: boolean;
  /** Requests of the telephone that were not answered as they should. */
  readonly failures: readonly string[];
}

export interface PlayedWord {
  readonly text: string;
  readonly line: number;
  readonly saidAt: number;
  /** All of it went out on an open stream. */
  readonly isSent: boolean;
}

export interface Outage {
  readonly fromAt: number;
  /** When another stream was open, or the call was over. */
  readonly untilAt: number;
  readonly isResumed: boolean;
}

export const gapsMs = (outages: readonly Outage[]): number =>
  outages.reduce((sum, { fromAt, untilAt }) => sum + untilAt - fromAt, 0);

export interface Household {
  readonly line: string;
  readonly contact: string;
}

export interface Telephone {
  readonly standIns: StandIns;
  readonly publicOrigin: string;
  readonly serviceUrl: string;
  /** How many times as fast as people the callers speak. */
  readonly speed: number;
}

const DIAL_TRIES = 20;
const DIAL_PAUSE_MS = 250;
/** A stream that does not live this long has not resumed its call. */
const SHORTEST_STREAM_MS = 300;
/** How long the caller holds the line at the end for a stream that is being reopened. */
const PATIENCE_MS = 5_000;

/** A call that says what it has to say, and again as long as it `goesOn`. */
export async function playCall(
  { number, isScam, pauseMs }: PlannedCall,
  { line, contact }: Household,
  { standIns, publicOrigin, serviceUrl, speed }: Telephone,
  goesOn = (): boolean => false,
): Promise<PlayedCall> {
  const lines = isScam ? SCAM : HONEST;
  const wordLines = lines.flatMap(({ text }, index) => text.split(/\s+/).map(() => index));
  const words: Array<{ text: string; line: number; saidAt: number; isSent: boolean }> = [];
  const streams: Array<{ fromAt: number; untilAt: number | null }> = [];
  const failures: string[] = [];
  let isRefused = false;

  function onFrame({ word, wordNumber }: SpokenFrame, isSent: boolean): void {
    if (word === '') return;
    const index = wordNumber - 1;
    const known = words[index] ?? { text: word, line: wordLines[index] ?? 0, saidAt: 0, isSent: true };
    words[index] = { ...known, saidAt: Date.now(), isSent: known.isSent && isSent };
  }

  function onStream(event: 'opened' | 'lost' | 'refused'): void {
    const last = streams.at(-1);
    if (event === 'opened') streams.push({ fromAt: Date.now(), untilAt: null });
    else if (event === 'refused') isRefused = true;
    else if (last !== undefined) last.untilAt = Date.now();
  }

  const call = createPhoneCall({
    accountSid: standIns.credentials.accountSid,
    authToken: standIns.credentials.authToken,
    carrier: standIns.twilio,
    publicOrigin,
    serviceUrl: () => serviceUrl,
    from: '+12125550100',
    to: line,
    pace: PACE,
    speed,
    observer: { frame: onFrame, stream: onStream },
  });
  await sleep(pauseMs);
  await dialled(call, failures);
  do await call.say(lines);
  while (goesOn());
  for (let waitedMs = 0; !call.isConnected && !isRefused && waitedMs < PATIENCE_MS; waitedMs += 50) await sleep(50);
  const overAt = Date.now();
  await call.hangUp().catch((error: Error) => failures.push(error.message));
  const outages = outagesOf(streams, overAt);
  return { number, callSid: call.callSid, isScam, contact, words, outages, overAt, isRefused, failures };
}

/** A caller who is not put through tries again. */
async function dialled(call: PhoneCall, failures: string[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await call.dial();
      await call.connect();
      return;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      if (tries === DIAL_TRIES) throw error;
      await sleep(DIAL_PAUSE_MS);
    }
  }
}

function outagesOf(streams: ReadonlyArray<{ fromAt: number; untilAt: number | null }>, overAt: number): Outage[] {
  const outages: Outage[] = [];
  let lostAt: number | null = null;
  for (const { fromAt, untilAt } of streams) {
    const isShort = untilAt !== null && untilAt < overAt && untilAt - fromAt < SHORTEST_STREAM_MS;
    if (lostAt !== null && !isShort) outages.push({ fromAt: lostAt, untilAt: fromAt, isResumed: true });
    if (!isShort) lostAt = null;
    if (untilAt !== null && untilAt < overAt) lostAt ??= untilAt;
  }
  if (lostAt !== null) outages.push({ fromAt: lostAt, untilAt: overAt, isResumed: false });
  return outages;
}
