import { and, asc, eq, isNull, lte, ne, or, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Analysis } from '../call/analysis.ts';
import type { Call } from '../call/call.ts';
import type { Fact } from '../call/facts.ts';
import { type CallSid, utteranceNumberOf } from '../call/ids.ts';
import type { Utterance } from '../call/utterance.ts';
import type { CallState } from '../session/call-recorder.ts';
import type { Database, Transaction } from './database.ts';
import { analysisRow, newCallRow, streamIsDue } from './rows.ts';
import { isOneOf, rowsAsJson } from './rows-as-json.ts';
import { activeCalls, callFacts, fraudAnalyses, transcriptionEvents } from './schema.ts';

type SpokenUtterance = Utterance & { readonly spokenAt: number };

/** What is still to be written of one call. */
export interface PendingCall {
  registered: Call | null;
  /** When this instance took the call, Unix milliseconds. */
  taken: { readonly call: Call; readonly at: number } | null;
  endedAt: number | null;
  state: CallState | null;
  readonly utterances: SpokenUtterance[];
  readonly facts: Map<string, Fact>;
  readonly analyses: Analysis[];
}

export const nothingPending = (): PendingCall => ({
  registered: null,
  taken: null,
  endedAt: null,
  state: null,
  utterances: [],
  facts: new Map(),
  analyses: [],
});

/** The newest state of a call, but for its end, which stays. */
export const newestState = (older: CallState | null, newer: CallState): CallState =>
  older?.status === 'completed' ? { ...newer, status: older.status, endedAt: older.endedAt } : newer;

/** Writes what is pending of several calls, all of it or nothing. `sliceBegins`: a statement is about to be made, in one go. */
export function writeBatch(
  db: Database,
  batch: ReadonlyMap<CallSid, PendingCall>,
  instanceId: string,
  sliceBegins = (): void => undefined,
): Promise<void> {
  const inOrder = [...batch].sort(([a], [b]) => (a < b ? -1 : 1));
  function each<Row>(rowsOf: (pending: PendingCall, callId: CallSid) => Row | Row[]): Row[] {
    sliceBegins();
    return inOrder.flatMap(([callId, pending]) => rowsOf(pending, callId));
  }
  return db.transaction(async (transaction) => {
    const known = each(({ registered, taken, state }) => registered ?? taken?.call ?? state?.call ?? []);
    await begin(transaction, known, instanceId);
    await lock(transaction, [...batch.keys()]);
    await expectStreams(
      transaction,
      each(({ registered }) => registered?.callSid ?? []),
    );
    for (const { call, at } of each(({ taken }) => taken ?? [])) await take(transaction, call.callSid, at, instanceId);
    await upsertCalls(
      transaction,
      each(({ state }) => (state === null ? [] : [callRow(state, instanceId)])),
    );
    const utterances = each((pending, callId) => pending.utterances.map((spoken) => utteranceRow(callId, spoken)));
    await insertOnce(transaction, transcriptionEvents, utterances);
    const analyses = each((pending, callId) => pending.analyses.map((analysis) => analysisRow(callId, analysis)));
    await insertOnce(transaction, fraudAnalyses, analyses);
    const facts = each((pending, callId) => [...pending.facts.values()].map((fact) => factRow(callId, fact)));
    await upsertFacts(transaction, facts);
    for (const [callSid, { endedAt }] of inOrder) if (endedAt !== null) await complete(transaction, callSid, endedAt);
  });
}

async function insertOnce<Table extends PgTable>(
  transaction: Transaction,
  table: Table,
  rows: Array<Table['$inferInsert']>,
): Promise<void> {
  if (rows.length > 0) await transaction.insert(table).select(rowsAsJson(table, rows)).onConflictDoNothing();
}

async function upsertFacts(
  transaction: Transaction,
  rows: ReadonlyArray<typeof callFacts.$inferInsert>,
): Promise<void> {
  if (rows.length === 0) return;
  await transaction
    .insert(callFacts)
    .select(rowsAsJson(callFacts, rows))
    .onConflictDoUpdate({
      target: [callFacts.callId, callFacts.utteranceId, callFacts.tactic, callFacts.finder],
      set: { stance: sql`excluded.stance`, quote: sql`excluded.quote`, cue: sql`excluded.cue` },
    });
}

async function upsertCalls(transaction: Transaction, rows: ReadonlyArray<ReturnType<typeof callRow>>): Promise<void> {
  if (rows.length === 0) return;
  const heartbeatAt = sql`case when status = 'completed' then null else ${streamIsDue} end`;
  await transaction
    .insert(activeCalls)
    .select(rowsAsJson(activeCalls, rows, { heartbeatAt }))
    .onConflictDoUpdate({
      target: activeCalls.callSid,
      set: {
        userId: sql`coalesce(excluded.user_id, ${activeCalls.userId})`,
        status: sql`case when ${activeCalls.status} = 'completed' then 'completed' else excluded.status end`,
        risk: sql`excluded.risk`,
        scamType: sql`excluded.scam_type`,
        priors: sql`coalesce(excluded.priors, ${activeCalls.priors})`,
        blindMs: sql`greatest(excluded.blind_ms, ${activeCalls.blindMs})`,
        modelRequests: sql`greatest(excluded.model_requests, ${activeCalls.modelRequests})`,
        modelInputTokens: sql`greatest(excluded.model_input_tokens, ${activeCalls.modelInputTokens})`,
        modelCachedInputTokens: sql`greatest(excluded.model_cached_input_tokens, ${activeCalls.modelCachedInputTokens})`,
        modelOutputTokens: sql`greatest(excluded.model_output_tokens, ${activeCalls.modelOutputTokens})`,
        // Of a null and a moment the greatest is the moment.
        endedAt: sql`coalesce(${activeCalls.endedAt},
          case when excluded.ended_at is not null then greatest(excluded.ended_at, ${activeCalls.startedAt}) end)`,
        heartbeatAt: sql`case when excluded.status = 'completed' then null else ${activeCalls.heartbeatAt} end`,
      },
      setWhere: sql`${activeCalls.instanceId} = excluded.instance_id`,
    });
}

async function begin(transaction: Transaction, calls: readonly Call[], instanceId: string): Promise<void> {
  if (calls.length === 0) return;
  const rows = calls.map((call) => newCallRow(call, null, instanceId));
  const begun = rowsAsJson(activeCalls, rows, { heartbeatAt: streamIsDue });
  await transaction.insert(activeCalls).select(begun).onConflictDoNothing();
}

/** In one order, before anything else is done to them: two instances often write of the same calls. */
function lock(transaction: Transaction, callSids: CallSid[]) {
  return transaction
    .select({ callSid: activeCalls.callSid })
    .from(activeCalls)
    .where(isOneOf(activeCalls.callSid, callSids))
    .orderBy(asc(activeCalls.callSid))
    .for('no key update');
}

/** Who asks for a stream has a minute for it, each time. */
async function expectStreams(transaction: Transaction, callSids: CallSid[]): Promise<void> {
  if (callSids.length === 0) return;
  await transaction.update(activeCalls).set({ heartbeatAt: streamIsDue }).where(isOneOf(activeCalls.callSid, callSids));
}

/** Unless another instance took the call later: what is written behind may come late. */
async function take(transaction: Transaction, callSid: CallSid, takenAt: number, instanceId: string): Promise<void> {
  const heldSince = new Date(takenAt);
  await transaction
    .update(activeCalls)
    .set({ instanceId, heldSince, heartbeatAt: sql`now()`, status: 'in-progress', endedAt: null })
    .where(
      and(eq(activeCalls.callSid, callSid), or(isNull(activeCalls.heldSince), lte(activeCalls.heldSince, heldSince))),
    );
}

async function complete(transaction: Transaction, callSid: CallSid, endedAt: number): Promise<void> {
  await transaction
    .update(activeCalls)
    .set({ status: 'completed', endedAt: sql`greatest(${new Date(endedAt).toISOString()}, ${activeCalls.startedAt})` })
    .where(and(eq(activeCalls.callSid, callSid), ne(activeCalls.status, 'completed')));
}

const callRow = (state: CallState, instanceId: string) => ({
  ...newCallRow(state.call, state.owner, instanceId),
  status: state.status,
  risk: state.risk,
  scamType: state.scamType,
  priors: state.priors,
  blindMs: state.blindMs,
  modelRequests: state.modelUsage.requests,
  modelInputTokens: state.modelUsage.inputTokens,
  modelCachedInputTokens: state.modelUsage.cachedInputTokens,
  modelOutputTokens: state.modelUsage.outputTokens,
  endedAt: state.endedAt === null ? null : new Date(state.endedAt),
});

const utteranceRow = (
  callId: CallSid,
  { id, spokenAt, ...spoken }: SpokenUtterance,
): typeof transcriptionEvents.$inferInsert => ({
  callId,
  utteranceNumber: utteranceNumberOf(id),
  ...spoken,
  spokenAt: new Date(spokenAt),
});

const factRow = (callId: CallSid, fact: Fact): typeof callFacts.$inferInsert => ({
  callId,
  utteranceId: fact.utteranceId,
  tactic: fact.tactic,
  finder: fact.finder,
  stance: fact.stance,
  quote: fact.quote,
  cue: fact.isWeak ? 'weak' : 'clear',
  atMs: fact.atMs,
});
