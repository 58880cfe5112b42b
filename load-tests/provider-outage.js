/**
 * Calls while their providers fail, one after the other: the language model all the time, the recogniser once in the
 * middle of every call, the carrier's API at every first message. No word may be lost, no alert may be missing, and the
 * telephone must not notice. The faults are set at the stand-ins (`npm run sim`).
 *
 *   k6 run --log-format raw load-tests/provider-outage.js -e CALLS=20 -e SETTLE_S=15
 */
import { check, sleep } from 'k6';
import http from 'k6/http';
import { createHouseholds } from './k6/service.js';
import { CALL_S, call, callThresholds } from './k6/telephone.js';

export { handleSummary } from './k6/summary.js';

const CALLS = Number(__ENV.CALLS || 20);
const FAULTS = __ENV.FAULTS_URL || 'http://127.0.0.1:7000/faults';
/** Calls begin over this time, and all are live when the recogniser is lost. */
const RAMP_S = CALL_S / 4;
/** Within the two seconds after which Twilio's recogniser would be started, and the seven that are kept. */
const SLOW_HANDSHAKE_MS = 1_500;

export const options = {
  scenarios: {
    calls: { executor: 'per-vu-iterations', vus: CALLS, iterations: 1, maxDuration: '5m' },
    recogniser: { executor: 'per-vu-iterations', vus: 1, exec: 'loseRecogniser', maxDuration: '5m' },
  },
  // A message that was refused twice leaves some seconds later, and `/voice/status` takes its whole second for last words.
  thresholds: callThresholds({ alertMs: 15_000, webhookMs: 1_100 }),
};

export function setup() {
  const users = createHouseholds(CALLS);
  const messages = Object.fromEntries(users.map(({ contactNumber }) => [contactNumber, ['500-before', '429']]));
  set({ openai: { mode: 'error' }, messages });
  return users;
}

export default function (users) {
  const index = __VU % CALLS;
  sleep((index / CALLS) * RAMP_S);
  call(users[index], index);
}

export function loseRecogniser() {
  sleep(CALL_S / 2 + RAMP_S / 2);
  set({ deepgram: { handshakeDelayMs: SLOW_HANDSHAKE_MS }, dropConnections: true });
  sleep(SLOW_HANDSHAKE_MS / 1_000);
  set({ deepgram: { handshakeDelayMs: 0 } });
}

export const teardown = () => set({ openai: { mode: 'answer' } });

function set(faults) {
  const answer = http.post(FAULTS, JSON.stringify(faults));
  check(answer, { 'the stand-ins take the fault': ({ status }) => status === 204 });
}
