import { and, asc, desc, eq, lt } from 'drizzle-orm';
import type { ScamType } from '../call/facts.ts';
import { type CallSid, utteranceIdOf } from '../call/ids.ts';
import type { RebuildMemory } from '../session/call-memory.ts';
import { alerts } from './alert-schema.ts';
import type { Database } from './database.ts';
import { activeCalls, callFacts, fraudAnalyses, transcriptionEvents } from './schema.ts';

const UTTERANCES = 60;

/** A call's memory, built again from its record. What an instance had not written when it died is not in it. */
export const createMemoryRebuild =
  (db: Database): RebuildMemory =>
  async (callSid, before) => {
    const [call] = await db.select().from(activeCalls).where(eq(activeCalls.callSid, callSid));
    if (call === undefined) return null;
    const [spoken, facts, analyses, raised] = await Promise.all([
      latestUtterances(db, callSid, before),
      db.select().from(callFacts).where(eq(callFacts.callId, callSid)).orderBy(asc(callFacts.atMs)),
      db
        .select({ scamType: fraudAnalyses.scamType, summary: fraudAnalyses.summary, basis: fraudAnalyses.basis })
        .from(fraudAnalyses)
        .where(eq(fraudAnalyses.callId, callSid))
        .orderBy(desc(fraudAnalyses.atMs), desc(fraudAnalyses.createdAt)),
      db.select({ step: alerts.step }).from(alerts).where(eq(alerts.callId, callSid)),
    ]);
    const [latest] = spoken;
    const answeredUntil = (latest?.spokenAt ?? call.startedAt).getTime();
    const utterances = spoken.reverse().map(({ utteranceNumber, speaker, text, startMs, endMs }) => ({
      id: utteranceIdOf(utteranceNumber),
      speaker,
      text,
      startMs,
      endMs,
    }));
    return {
      instanceId: call.instanceId,
      phase: 'live', // as far as the record knows
      heldSince: call.startedAt.getTime(),
      firstAudioAt: answeredUntil - (latest?.endMs ?? 0),
      answeredUntil,
      blindMs: call.blindMs,
      language: null, // whoever can ask the record for it has asked it for the call's owner
      utterances: latest?.utteranceNumber ?? 0,
      raised: raised.map(({ step }) => step),
      scoring: {
        utterances,
        facts: facts.map(({ tactic, utteranceId, quote, stance, finder, atMs, cue }) => ({
          tactic,
          utteranceId,
          quote,
          stance,
          finder,
          atMs,
          ...(cue === 'weak' && { isWeak: true }),
        })),
        stories: [...new Set(analyses.flatMap(storiesOf))],
        priors: call.priors,
        summary: analyses.find(({ summary }) => summary !== '')?.summary ?? '',
        // The record does not say what was read, nor when it was asked: the model goes on from here, with a whole budget.
        unread: [],
        spend: {
          usage: {
            requests: call.modelRequests,
            inputTokens: call.modelInputTokens,
            cachedInputTokens: call.modelCachedInputTokens,
            outputTokens: call.modelOutputTokens,
          },
          recent: [],
        },
      },
    };
  };

const latestUtterances = (db: Database, callSid: CallSid, before?: number) =>
  db
    .select()
    .from(transcriptionEvents)
    .where(
      and(
        eq(transcriptionEvents.callId, callSid),
        before === undefined ? undefined : lt(transcriptionEvents.utteranceNumber, before),
      ),
    )
    .orderBy(desc(transcriptionEvents.utteranceNumber))
    .limit(UTTERANCES);

/** The likeliest first. `other` and `none` count only where they stand among the stories: a type is no more than an opinion. */
const storiesOf = ({ scamType, basis }: Pick<typeof fraudAnalyses.$inferSelect, 'scamType' | 'basis'>): ScamType[] => [
  ...(scamType === 'other' || scamType === 'none' ? [] : [scamType]),
  ...(basis?.stories ?? []),
];
