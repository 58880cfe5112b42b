import { sql } from 'drizzle-orm';
import type { NewAlert } from '../../src/alerting/alert-ledger.ts';
import { NO_ESCALATION } from '../../src/alerting/escalation.ts';
import type { Call, CallOwner, OwnerContact } from '../../src/call/call.ts';
import type { AlertStep } from '../../src/call/event.ts';
import {
  type AlertId,
  type AnalysisId,
  type CallSid,
  newId,
  type PhoneNumber,
  type ScoringId,
  utteranceIdOf,
} from '../../src/call/ids.ts';
import type { Database } from '../../src/records/database.ts';
import { createUserStore } from '../../src/records/user-store.ts';

let next = 0;
export const newPhoneNumber = (): PhoneNumber => `+1415${5_000_000 + next++}` as PhoneNumber;
export const newCallSid = (): CallSid => `CA${String(next++).padStart(32, '0')}` as CallSid;

/** Of a ledger that keeps nothing back. */
export const LEDGER_LIMITS = {
  reportedFailures: 3,
  firstRetryMs: 0,
  longestRetryMs: 0,
  unansweredCalls: 2,
  callAgainMs: 0,
  restMs: 0,
};

/** Lets time pass for all that is written down of alerts. */
export async function letPass(db: Database, seconds: number): Promise<void> {
  const earlier = sql`${seconds} * interval '1 second'`;
  await db.execute(sql`update deliveries set due_at = due_at - ${earlier}, scheduled_at = scheduled_at - ${earlier},
    created_at = created_at - ${earlier}, updated_at = updated_at - ${earlier}`);
  await db.execute(sql`update alerts set raised_at = raised_at - ${earlier}`);
}

/** A user and active contacts, in the database. */
export async function createHousehold(db: Database, contacts = 1, escalation = NO_ESCALATION) {
  const users = createUserStore(db);
  const user = await users.createUser({
    name: 'Rosa Quill',
    phoneNumber: newPhoneNumber(),
    lineNumber: newPhoneNumber(),
    mode: 'listen',
    escalation,
    sensitivity: 'normal',
    language: null,
  });
  if (user === null) throw new Error('the numbers are taken');
  const numbers: PhoneNumber[] = [];
  const active: OwnerContact[] = [];
  for (let i = 0; i < contacts; i++) {
    const phoneNumber = newPhoneNumber();
    const contact = await users.addContact(user.id, { name: 'Ann', phoneNumber, optIn: 'recorded' }, '');
    if (contact !== null) active.push({ contactId: contact.id, phoneNumber });
    numbers.push(phoneNumber);
  }
  const owner: CallOwner = { userId: user.id, name: user.name, contacts: active };
  const call: Call = {
    callSid: newCallSid(),
    userId: user.id,
    from: newPhoneNumber(),
    to: user.lineNumber,
    startedAt: Date.now(),
  };
  return { user, owner, call, numbers };
}

export function newAlert(call: Call, owner: CallOwner, step: AlertStep = 'high'): NewAlert {
  return {
    alertId: newId<AlertId>(),
    call,
    owner,
    step,
    analysis: {
      analysisId: newId<AnalysisId>(),
      finder: 'local',
      assessment: { level: step, score: 60, because: ['ask_code'] },
      scamType: 'bank_impersonation',
      summary: '',
      policyVersion: 'test',
      promptVersion: null,
      weightsVersion: 'test',
      basis: {
        scoringId: newId<ScoringId>(),
        number: 1,
        stories: ['bank_impersonation'],
        priors: null,
        readings: [
          { tactic: 'ask_code', utteranceId: utteranceIdOf(1), stance: 'pressed', finder: 'local', atMs: 1_000 },
        ],
      },
      atMs: 1_000,
    },
    message: `alert ${step} of ${call.callSid}`,
    spokenAt: Date.now() - 100,
    decidedAt: Date.now() - 5,
    raisedAt: Date.now(),
  };
}
