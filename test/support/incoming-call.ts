import { randomBytes } from 'node:crypto';
import { phoneNumber } from './service.ts';

export const newCallSid = (): string => `CA${randomBytes(16).toString('hex')}`;
export const incoming = (to: string, callSid = newCallSid()) => ({
  CallSid: callSid,
  From: phoneNumber(),
  To: to,
  CallStatus: 'ringing',
  Direction: 'inbound',
});
