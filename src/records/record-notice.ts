import { and, eq } from 'drizzle-orm';
import type { NewNotice } from '../alerting/alert-ledger.ts';
import { alertEvents, deliveries } from './alert-schema.ts';
import type { Transaction } from './database.ts';
import { newCallRow, newDeliveryRow, streamIsDue } from './rows.ts';
import { activeCalls, emergencyContacts } from './schema.ts';

/** Writes the deliveries of a notice, one a call and contact. */
export async function recordNotice(transaction: Transaction, { call, owner, message }: NewNotice, instanceId: string) {
  const { callSid: callId } = call;
  const [, contacts] = await Promise.all([
    // The call's row may not have been written behind yet.
    transaction
      .insert(activeCalls)
      .values({ ...newCallRow(call, owner, instanceId), heartbeatAt: streamIsDue })
      .onConflictDoNothing(),
    transaction
      .select({ contactId: emergencyContacts.id })
      .from(emergencyContacts)
      .where(and(eq(emergencyContacts.userId, owner.userId), eq(emergencyContacts.status, 'active')))
      .for('share'),
  ]);
  if (contacts.length === 0) return;
  const written = await transaction
    .insert(deliveries)
    .values(contacts.map(({ contactId }) => newDeliveryRow({ contactId, callId, message })))
    .onConflictDoNothing()
    .returning({ id: deliveries.id });
  if (written.length > 0) await transaction.insert(alertEvents).values({ callId, type: 'noticed', by: instanceId });
}
