import { describe, expect, it } from 'vitest';
import {
  callReportMessageSchema,
  deliveryReportMessageSchema,
  voiceMessageSchema,
} from '../../src/ingress/webhook-message.ts';

const CALL_SID = `CA${'a'.repeat(32)}`;

describe('a voice webhook', () => {
  it.each([
    ['+12125550100', '+12125550100'],
    ['anonymous', null],
    ['sip:alice@example.com', null],
    ['', null],
    [undefined, null],
  ])('from %j comes from %j', (From, from) => {
    expect(voiceMessageSchema.parse({ CallSid: CALL_SID, From, To: '+12125550101', CallStatus: 'ringing' })).toEqual({
      callSid: CALL_SID,
      from,
      to: '+12125550101',
      isOver: false,
      attestation: null,
    });
  });

  it.each(['completed', 'busy', 'failed', 'no-answer', 'canceled'])(
    'tells by %s that the call is over',
    (CallStatus) => {
      expect(voiceMessageSchema.parse({ CallSid: CALL_SID, CallStatus }).isOver).toBe(true);
    },
  );

  it.each([
    ['TN-Validation-Passed-A', 'A'],
    ['TN-Validation-Passed-B', 'B'],
    ['TN-Validation-Passed-C', 'C'],
    ['TN-Validation-Passed-A-Passthrough', 'A'],
    ['TN-Validation-Failed-A', 'failed'],
    ['TN-Validation-Failed', 'failed'],
    ['TN-Validation-Failed-C-Passthrough', 'failed'],
    // The word of who diverted the call, not of who made it.
    ['TN-Validation-Passed-A-Diverted', null],
    ['TN-Validation-Failed-B-Diverted', null],
    ['No-TN-Validation', null],
    ['NULL', null],
    ['tn-validation-passed-a', null],
    ['XTN-Validation-Passed-A', null],
    [['TN-Validation-Passed-A', 'TN-Validation-Failed'], null],
    [undefined, null],
  ])('with StirVerstat %j has the attestation %j', (StirVerstat, attestation) => {
    expect(voiceMessageSchema.parse({ CallSid: CALL_SID, StirVerstat }).attestation).toBe(attestation);
  });

  it('without a call is none', () => {
    expect(voiceMessageSchema.safeParse({ CallSid: 'CA1' }).success).toBe(false);
  });
});

describe('a delivery report', () => {
  const read = (MessageStatus: string, ErrorCode?: string) =>
    deliveryReportMessageSchema.parse({ MessageSid: 'SM1', MessageStatus, ErrorCode });

  it.each([
    ['queued', null],
    ['accepted', null],
    ['sending', null],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['undelivered', 'undelivered'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
    ['of the future', null],
  ])('of %s means %s', (messageStatus, status) => {
    expect(read(messageStatus).status).toBe(status);
  });

  it.each([
    ['30001', true],
    ['30003', true],
    ['30008', true],
    ['30007', false],
    ['30034', false],
    [undefined, false],
  ])('with error %s may be repeated: %s', (code, isRetryable) => {
    expect(read('undelivered', code)).toMatchObject({ errorCode: code ?? null, isRetryable });
  });
});

describe('a report of a call with an alert', () => {
  it.each([
    ['initiated', 'sent', null, false],
    ['ringing', 'sent', null, false],
    ['in-progress', 'delivered', null, false],
    ['completed', 'delivered', null, false],
    ['busy', 'undelivered', 'busy', true],
    ['no-answer', 'undelivered', 'no-answer', true],
    ['failed', 'failed', 'failed', false],
    ['of the future', null, null, false],
  ])('of %s means %s', (CallStatus, status, errorCode, isRetryable) => {
    expect(callReportMessageSchema.parse({ CallSid: CALL_SID, CallStatus })).toEqual({
      providerSid: CALL_SID,
      status,
      errorCode,
      isRetryable,
    });
  });
});
