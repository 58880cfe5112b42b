import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { AlertEventType } from '../alerting/alert-ledger.ts';
import type { AlertStep, Channel, DeliveryStatus } from '../call/event.ts';
import type { ScamType } from '../call/facts.ts';
import type { AlertId, AnalysisId, CallSid, ContactId, DeliveryId } from '../call/ids.ts';
import { activeCalls, callId, createdAt, emergencyContacts, fraudAnalyses, moment } from './schema.ts';

/** One step of one call, once. */
export const alerts = pgTable(
  'alerts',
  {
    id: uuid('id').$type<AlertId>().primaryKey(),
    callId: callId(),
    fraudAnalysisId: uuid('fraud_analysis_id')
      .$type<AnalysisId>()
      .notNull()
      .references(() => fraudAnalyses.id, { onDelete: 'cascade' }),
    step: text('step').$type<AlertStep>().notNull(),
    scamType: text('scam_type').$type<ScamType>().notNull(),
    message: text('message').notNull(),
    /** When the deciding utterance ended, and when what decided came: its final segment, or the model's answer. */
    spokenAt: moment('spoken_at').notNull(),
    decidedAt: moment('decided_at').notNull(),
    raisedAt: moment('raised_at').notNull(),
    acknowledgedAt: moment('acknowledged_at'),
    acknowledgedBy: uuid('acknowledged_by').$type<ContactId>(),
    falseAlarmAt: moment('false_alarm_at'),
  },
  (table) => [
    uniqueIndex('alerts_call_id_step_idx').on(table.callId, table.step),
    index('alerts_fraud_analysis_id_idx').on(table.fraudAnalysisId),
  ],
);

const alertId = () =>
  uuid('alert_id')
    .$type<AlertId>()
    .references(() => alerts.id, { onDelete: 'cascade' });

/** The outbox: one message to one contact each. It carries an alert, or a notice about a call, or else asks for consent. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: uuid('id').$type<DeliveryId>().primaryKey(),
    alertId: alertId(),
    /** The call that a notice is about; null for the other kinds. */
    callId: text('call_id')
      .$type<CallSid>()
      .references(() => activeCalls.callSid, { onDelete: 'cascade' }),
    contactId: uuid('contact_id')
      .$type<ContactId>()
      .notNull()
      .references(() => emergencyContacts.id, { onDelete: 'cascade' }),
    channel: text('channel').$type<Channel>().notNull(),
    /** As it was last sent: a late alert says its age. */
    message: text('message').notNull(),
    status: text('status').$type<DeliveryStatus>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** Not to leave before this. Later than `createdAt`: a step of the escalation, which an acknowledgement keeps back. */
    scheduledAt: moment('scheduled_at').notNull().defaultNow(),
    /** When it may be attempted; while an attempt is under way, when its lease ends. Null once it is settled. */
    dueAt: moment('due_at'),
    leasedBy: text('leased_by'),
    providerSid: text('provider_sid'),
    /** The carrier's message that failed before this attempt: reports of it no longer count. */
    failedSid: text('failed_sid'),
    errorCode: text('error_code'),
    error: text('error'),
    createdAt: createdAt(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('deliveries_alert_id_contact_id_channel_idx').on(table.alertId, table.contactId, table.channel),
    uniqueIndex('deliveries_call_id_contact_id_idx').on(table.callId, table.contactId),
    index('deliveries_contact_id_idx').on(table.contactId),
    uniqueIndex('deliveries_provider_sid_idx').on(table.providerSid),
    index('deliveries_due_at_idx').on(table.dueAt).where(sql`${table.dueAt} is not null`),
    index('deliveries_unreported_idx').on(table.updatedAt).where(sql`${table.status} = 'sent'`),
  ],
);

/**
 * The audit trail of alerts and notices, as written. Rows are only added, and go with their call; who is removed stays.
 */
export const alertEvents = pgTable(
  'alert_events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    callId: callId(),
    alertId: alertId(),
    type: text('type').$type<AlertEventType>().notNull(),
    /** Who did it: an instance, a contact's id, or `carrier`. */
    by: text('by').notNull(),
    deliveryId: uuid('delivery_id').$type<DeliveryId>(),
    contactId: uuid('contact_id').$type<ContactId>(),
    channel: text('channel').$type<Channel>(),
    /** The status that a report gave, or the code of a failure. */
    detail: text('detail'),
    at: moment('at').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [index('alert_events_call_id_idx').on(table.callId), index('alert_events_alert_id_idx').on(table.alertId)],
);
