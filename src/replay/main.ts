import { parseArgs } from 'node:util';
import { type CallSid, callSidSchema } from '../call/ids.ts';
import { readStoredCalls, type StoredCallsFilter } from '../records/stored-calls.ts';
import { readPolicyFile } from '../scoring/policy-file.ts';
import type { RiskPolicy } from '../scoring/risk-policy.ts';
import { type Trial, tryPolicy } from './policy-trial.ts';
import { type CommandContext, CommandError, runOnRecord } from './record-command.ts';
import { tellOtherVersions, tellReplay, tellTrials } from './replay-text.ts';
import { isSame, replayCall } from './replayed-call.ts';

/**
 * Judges stored calls anew. With call SIDs alone: do their verdicts come out as they fell (exit code 1 when not). With a
 * policy file: which calls would have alerted earlier, later, newly or not.
 */
const USAGE = `npm run replay -- CALLSID…
npm run replay -- --policy FILE [--since DATE | CALLSID…]`;
const print = (text: string): void => void process.stdout.write(`${text}\n`);

await runOnRecord(async (context) => {
  const { values, positionals } = parseArgs({
    options: { policy: { type: 'string' }, since: { type: 'string' } },
    allowPositionals: true,
  });
  const callSids = positionals.map(readCallSid);
  if (values.policy === undefined) {
    if (callSids.length === 0 || values.since !== undefined) throw new CommandError(USAGE);
    return compare(callSids, context);
  }
  if (callSids.length > 0 && values.since !== undefined) throw new CommandError(USAGE);
  const policy = readPolicyFile(values.policy, context.policy.likeness.model);
  return tryOut(policy, callSids.length > 0 ? { callSids } : sinceOf(values.since), context);
});

async function compare(callSids: readonly CallSid[], { db, policy }: CommandContext): Promise<void> {
  const found = new Set<CallSid>();
  for await (const call of readStoredCalls(db, { callSids })) {
    found.add(call.callSid);
    const replayed = replayCall(call.verdicts, policy);
    const warning = tellOtherVersions(call, policy);
    if (warning !== null) process.stderr.write(`${warning}\n`);
    print(tellReplay(call, replayed));
    if (!replayed.every(isSame)) process.exitCode = 1;
  }
  refuseUnknown(callSids, found);
}

async function tryOut(policy: RiskPolicy, filter: StoredCallsFilter, { db }: CommandContext): Promise<void> {
  const found = new Set<CallSid>();
  const trials: Trial[] = [];
  for await (const call of readStoredCalls(db, filter)) {
    found.add(call.callSid);
    const trial = tryPolicy(call, policy);
    if (trial !== null) trials.push(trial);
  }
  refuseUnknown(filter.callSids ?? [], found);
  print(tellTrials(trials, found.size - trials.length, policy));
}

function readCallSid(text: string): CallSid {
  const parsed = callSidSchema.safeParse(text);
  if (!parsed.success) throw new CommandError(`${text} is no CallSid: CA and 32 hexadecimal digits.\n${USAGE}`);
  return parsed.data;
}

function sinceOf(text: string | undefined): StoredCallsFilter {
  if (text === undefined) return {};
  const since = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(since.getTime()))
    throw new CommandError(`${text} is no date: write it as 2026-11-21.`);
  return { since };
}

function refuseUnknown(asked: readonly CallSid[], found: ReadonlySet<CallSid>): void {
  const unknown = asked.filter((callSid) => !found.has(callSid));
  if (unknown.length > 0) throw new CommandError(`There is no call ${unknown.join(', ')} on record.`);
}
