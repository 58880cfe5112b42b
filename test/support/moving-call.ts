import { createPhoneCall, type PhoneCall } from '../../src/simulators/phone-call.ts';
import { type Caller, FAST, PUBLIC_ORIGIN, phoneNumber, type TestService } from './service.ts';

/** A call of a telephone that the balancer may send elsewhere: whatever it asks for goes to the service of `moveTo`. */
export function createMovingCall(
  first: TestService,
  to: string,
  caller: Caller = {},
): { call: PhoneCall; moveTo(service: TestService): void } {
  let target = first;
  const call = createPhoneCall({
    accountSid: first.standIns.credentials.accountSid,
    carrier: first.standIns.twilio,
    authToken: first.standIns.credentials.authToken,
    publicOrigin: PUBLIC_ORIGIN,
    serviceUrl: () => target.url,
    from: phoneNumber(),
    to,
    pace: FAST,
    speed: 10,
    ...caller,
  });
  return {
    call,
    moveTo(service) {
      target = service;
    },
  };
}
