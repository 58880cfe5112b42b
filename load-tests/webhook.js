/**
 * Twilio's webhooks alone: a call that rings, says something by Real-Time Transcription, and ends, from half as many
 * virtual users first and then from all of them.
 *
 *   k6 run --log-format raw load-tests/webhook.js -e VUS=200 -e STAGE_S=60
 */
import { check, sleep } from 'k6';
import { ACCOUNT_SID, createHouseholds, randomHex, webhook, within } from './k6/service.js';

export { handleSummary } from './k6/summary.js';

const VUS = Number(__ENV.VUS || 200);
const STAGE_S = Number(__ENV.STAGE_S || 60);
const HOUSEHOLDS = 50;
const half = Math.ceil(VUS / 2);
const stage = (target, share) => ({ target, duration: `${STAGE_S * share}s` });

export const options = {
  scenarios: {
    webhooks: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [stage(half, 0.5), stage(half, 1), stage(VUS, 0.5), stage(VUS, 1), stage(0, 0.5)],
    },
  },
  thresholds: { checks: ['rate==1'], ethiq_webhook_ms: within(200) },
};

export const setup = () => createHouseholds(HOUSEHOLDS);

export default function (users) {
  const { phoneNumber, lineNumber } = users[__VU % users.length];
  const CallSid = `CA${randomHex(16)}`;
  const identity = { CallSid, AccountSid: ACCOUNT_SID, From: phoneNumber, To: lineNumber, Direction: 'inbound' };
  const words = { CallSid, TranscriptionText: 'Good morning.', SequenceNumber: '1', IsFinal: 'true' };
  const rung = webhook('/voice/incoming', { ...identity, CallStatus: 'ringing' });
  const heard = webhook('/voice/transcription', words);
  sleep(1);
  const ended = webhook('/voice/status', { ...identity, CallStatus: 'completed', CallDuration: '1' });
  check(rung, {
    'the call is answered with TwiML': ({ status, body }) => status === 200 && body.includes('<Response>'),
  });
  check(heard, { 'the words are taken': ({ status }) => status === 204 });
  check(ended, { 'the end is taken': ({ status }) => status === 204 });
}
