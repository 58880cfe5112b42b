import { describe, expect, it } from 'vitest';
import type { AnnouncedCall, Call } from '../../src/call/call.ts';
import type { CallSid, PhoneNumber, UserId } from '../../src/call/ids.ts';
import { createStreamTokens } from '../../src/ingress/stream-token.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const SECRET = 's'.repeat(32);
const CALL: Call = {
  callSid: `CA${'a'.repeat(32)}` as CallSid,
  userId: null,
  from: '+12125550100' as PhoneNumber,
  to: '+12125550101' as PhoneNumber,
  startedAt: 1_700_000_000_000,
};
const ANNOUNCED: AnnouncedCall = { call: CALL, isResumed: true, attestation: 'failed', language: 'es-419' };
const OTHER = `CA${'b'.repeat(32)}` as CallSid;

describe('a stream token', () => {
  it('carries its call, to another instance as well', () => {
    const clock = createFakeClock();
    const token = createStreamTokens(SECRET, clock).issue(ANNOUNCED);
    expect(createStreamTokens(SECRET, clock).redeem(token, CALL.callSid)).toEqual(ANNOUNCED);
  });

  it('fits into a TwiML parameter, which holds 500 characters with its name', () => {
    const number = `+${'9'.repeat(15)}` as PhoneNumber;
    const userId = '00000000-0000-4000-8000-000000000000' as UserId;
    const call: Call = { ...CALL, userId, from: number, to: number };
    const longest: AnnouncedCall = { call, isResumed: false, attestation: 'failed', language: 'zhx-Hant-419' };
    expect(createStreamTokens(SECRET, createFakeClock()).issue(longest).length + 'token'.length).toBeLessThan(500);
  });

  it('opens one stream', () => {
    const tokens = createStreamTokens(SECRET, createFakeClock());
    const token = tokens.issue(ANNOUNCED);
    expect(tokens.redeem(token, CALL.callSid)).not.toBeNull();
    expect(tokens.redeem(token, CALL.callSid)).toBeNull();
  });

  it('is not used up by a stream of another call', () => {
    const tokens = createStreamTokens(SECRET, createFakeClock());
    const token = tokens.issue(ANNOUNCED);
    expect(tokens.redeem(token, OTHER)).toBeNull();
    expect(tokens.redeem(token, CALL.callSid)).not.toBeNull();
  });

  it('dies within a minute, used or not, and is then forgotten', () => {
    const clock = createFakeClock();
    const tokens = createStreamTokens(SECRET, clock);
    const [unused, used] = [tokens.issue(ANNOUNCED), tokens.issue(ANNOUNCED)];
    tokens.redeem(used, CALL.callSid);
    clock.advance(60_000);
    expect(tokens.redeem(unused, CALL.callSid)).toBeNull();
    expect(tokens.redeem(used, CALL.callSid)).toBeNull();
  });

  it.each([3_600_000, -3_600_000])('is as good as before after the clock jumped by %i ms, and no longer', (byMs) => {
    const clock = createFakeClock();
    const tokens = createStreamTokens(SECRET, clock);
    const [used, late] = [tokens.issue(ANNOUNCED), tokens.issue(ANNOUNCED)];
    clock.jump(byMs);
    expect(tokens.redeem(used, CALL.callSid)).toEqual(ANNOUNCED);
    clock.jump(-2 * byMs);
    expect(tokens.redeem(used, CALL.callSid)).toBeNull();
    clock.advance(55_000);
    expect(tokens.redeem(late, CALL.callSid)).toBeNull();
  });

  it.each([
    [5_000, true],
    [-5_000, true],
    [3_600_000, false],
    [-3_600_000, false],
  ])('of an instance whose clock is %i ms apart is good: %s', (apartMs, isGood) => {
    const [clock, theirs] = [createFakeClock(), createFakeClock()];
    theirs.jump(apartMs);
    const token = createStreamTokens(SECRET, theirs).issue(ANNOUNCED);
    const tokens = createStreamTokens(SECRET, clock);
    expect(tokens.redeem(token, CALL.callSid)).toEqual(isGood ? ANNOUNCED : null);
    expect(tokens.redeem(token, CALL.callSid)).toBeNull();
  });

  it('of another instance dies within a minute as well, however far the clocks may be apart', () => {
    const [clock, theirs] = [createFakeClock(), createFakeClock()];
    theirs.jump(5_000);
    const token = createStreamTokens(SECRET, theirs).issue(ANNOUNCED);
    clock.advance(60_000);
    expect(createStreamTokens(SECRET, clock).redeem(token, CALL.callSid)).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['no token', 'token'],
    ['a token without a signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJDQSJ9.'],
    ['a token of another secret', createStreamTokens('x'.repeat(32), createFakeClock()).issue(ANNOUNCED)],
  ])('is not %s', (_what, token) => {
    expect(createStreamTokens(SECRET, createFakeClock()).redeem(token, CALL.callSid)).toBeNull();
  });
});
