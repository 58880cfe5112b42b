import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { VerdictBasis } from '../call/analysis.ts';
import type { CallStatus } from '../call/call.ts';
import type { FinderName, ScamType, Stance, Tactic } from '../call/facts.ts';
import type { Feedback, Opinion } from '../call/feedback.ts';
import type { AnalysisId, CallSid, ContactId, PhoneNumber, UserId, UtteranceId } from '../call/ids.ts';
import type { CallerTrust, Priors, Sensitivity } from '../call/priors.ts';
import type { RiskLevel } from '../call/risk.ts';
import type { Speaker } from '../call/utterance.ts';

export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });
export const createdAt = () => moment('created_at').notNull().defaultNow();

/** The people who are protected. */
export const users = pgTable('users', {
  id: uuid('id').$type<UserId>().primaryKey(),
  name: text('name').notNull(),
  phoneNumber: text('phone_number').$type<PhoneNumber>().notNull().unique(),
  /** The Twilio number that guards this user. */
  lineNumber: text('line_number').$type<PhoneNumber>().notNull().unique(),
  mode: text('mode').$type<'listen'>().notNull(),
  /** The user's escalation (`alerting/escalation.ts`); null: not this step. */
  contactsAfterS: integer('contacts_after_s'),
  voiceAfterS: integer('voice_after_s'),
  sensitivity: text('sensitivity').$type<Sensitivity>().notNull().default('normal'),
  /** What is spoken in the user's calls, BCP 47; null: what the service listens for (`STT_LANGUAGE`). */
  language: text('language'),
  createdAt: createdAt(),
});

export type ContactStatus = 'pending' | 'active' | 'opted_out';

/** Those whom a user trusts. Alerts go to the `active` ones. */
export const emergencyContacts = pgTable(
  'emergency_contacts',
  {
    id: uuid('id').$type<ContactId>().primaryKey(),
    userId: uuid('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    phoneNumber: text('phone_number').$type<PhoneNumber>().notNull(),
    status: text('status').$type<ContactStatus>().notNull(),
    /** How consent was given: the operator holds it on record, or it was asked for by SMS. */
    optIn: text('opt_in').$type<'recorded' | 'request'>().notNull(),
    /** Contacts are told in this order. */
    createdAt: timestamp('created_at', { withTimezone: true, mode: 'date', precision: 6 }).notNull().defaultNow(),
    statusChangedAt: moment('status_changed_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('emergency_contacts_user_id_phone_number_idx').on(table.userId, table.phoneNumber),
    index('emergency_contacts_phone_number_idx').on(table.phoneNumber),
  ],
);

/** Numbers that call a user, and what is thought of them. */
export const callerNumbers = pgTable(
  'caller_numbers',
  {
    userId: uuid('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    phoneNumber: text('phone_number').$type<PhoneNumber>().notNull(),
    trust: text('trust').$type<CallerTrust>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.phoneNumber] })],
);

/** Calls, live and ended. */
export const activeCalls = pgTable(
  'active_calls',
  {
    callSid: text('call_sid').$type<CallSid>().primaryKey(),
    userId: uuid('user_id')
      .$type<UserId>()
      .references(() => users.id, { onDelete: 'set null' }),
    fromNumber: text('from_number').$type<PhoneNumber>(),
    toNumber: text('to_number').$type<PhoneNumber>(),
    status: text('status').$type<CallStatus>().notNull(),
    risk: text('risk').$type<RiskLevel>().notNull().default('low'),
    scamType: text('scam_type').$type<ScamType>().notNull().default('none'),
    /** What is known of the call beside its words; null as long as it is not. */
    priors: jsonb('priors').$type<Priors>(),
    /** Milliseconds of audio that no recogniser ever processed. */
    blindMs: integer('blind_ms').notNull().default(0),
    /** What the language model was asked about it, and what that cost. Input tokens: those that no cache held. */
    modelRequests: integer('model_requests').notNull().default(0),
    modelInputTokens: integer('model_input_tokens').notNull().default(0),
    modelCachedInputTokens: integer('model_cached_input_tokens').notNull().default(0),
    modelOutputTokens: integer('model_output_tokens').notNull().default(0),
    /** Who holds it, and when that was last heard of, or vouched for by another; null when its record is closed. */
    instanceId: text('instance_id').notNull(),
    heartbeatAt: moment('heartbeat_at'),
    /** When its instance took the call; one that took it earlier does not get it back. */
    heldSince: moment('held_since'),
    startedAt: moment('started_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('active_calls_user_id_idx').on(table.userId),
    index('active_calls_ended_at_idx').on(table.endedAt),
    index('active_calls_heartbeat_at_idx').on(table.heartbeatAt).where(sql`${table.heartbeatAt} is not null`),
  ],
);

export const callId = () =>
  text('call_id')
    .$type<CallSid>()
    .notNull()
    .references(() => activeCalls.callSid, { onDelete: 'cascade' });

/** Final segments. Times are milliseconds since the call's first audio. */
export const transcriptionEvents = pgTable(
  'transcription_events',
  {
    callId: callId(),
    /** The place in the call, from 1: 12 is the utterance `u12`. */
    utteranceNumber: integer('utterance_number').notNull(),
    speaker: text('speaker').$type<Speaker>().notNull(),
    text: text('text').notNull(),
    startMs: integer('start_ms').notNull(),
    endMs: integer('end_ms').notNull(),
    /** When its last audio came: what joins the call's timeline to the clock on the wall. */
    spokenAt: moment('spoken_at').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.callId, table.utteranceNumber] })],
);

/** What calls were in truth: the latest opinion of each source. */
export const callFeedback = pgTable(
  'call_feedback',
  {
    callId: callId(),
    source: text('source').$type<Feedback['source']>().notNull(),
    /** Who is removed stays named. */
    contactId: uuid('contact_id').$type<ContactId>(),
    verdict: text('verdict').$type<Opinion['verdict']>().notNull(),
    scamType: text('scam_type').$type<ScamType>(),
    note: text('note'),
    givenAt: moment('given_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.callId, table.source] })],
);

/** What each finder found, as it found it: replayed through the policy, they give the same verdicts again. */
export const callFacts = pgTable(
  'call_facts',
  {
    callId: callId(),
    utteranceId: text('utterance_id').$type<UtteranceId>().notNull(),
    tactic: text('tactic').$type<Tactic>().notNull(),
    finder: text('finder').$type<FinderName>().notNull(),
    stance: text('stance').$type<Stance>().notNull(),
    quote: text('quote').notNull(),
    cue: text('cue').$type<'clear' | 'weak'>().notNull().default('clear'),
    atMs: integer('at_ms').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.callId, table.utteranceId, table.tactic, table.finder] })],
);

/** One verdict each: whenever a finder changed what is known of a call. */
export const fraudAnalyses = pgTable(
  'fraud_analyses',
  {
    id: uuid('id').$type<AnalysisId>().primaryKey(),
    callId: callId(),
    finder: text('finder').$type<FinderName>().notNull(),
    risk: text('risk').$type<RiskLevel>().notNull(),
    score: integer('score').notNull(),
    scamType: text('scam_type').$type<ScamType>().notNull(),
    because: text('because').array().$type<Tactic[]>().notNull(),
    summary: text('summary').notNull(),
    policyVersion: text('policy_version').notNull(),
    /** Of the model's instructions; null where the local finder's facts led to it. */
    promptVersion: text('prompt_version'),
    weightsVersion: text('weights_version').notNull().default('unknown'),
    /** What it was made of; null of those of earlier versions. */
    basis: jsonb('basis').$type<VerdictBasis>(),
    atMs: integer('at_ms').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index('fraud_analyses_created_at_idx').on(table.createdAt),
    index('fraud_analyses_call_id_idx').on(table.callId),
  ],
);
