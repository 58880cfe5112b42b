/**
 * Live calls through the stream endpoint, in real time: each virtual user is one telephone call, half of them scams.
 *
 *   k6 run --log-format raw load-tests/stream.js -e CALLS=20
 */
import { sleep } from 'k6';
import { createHouseholds } from './k6/service.js';
import { call, callThresholds } from './k6/telephone.js';

export { handleSummary } from './k6/summary.js';

const CALLS = Number(__ENV.CALLS || 10);
/** Calls begin over this time, not all in one moment. */
const RAMP_S = 5;

export const options = {
  scenarios: { calls: { executor: 'per-vu-iterations', vus: CALLS, iterations: 1, maxDuration: '5m' } },
  thresholds: { ...callThresholds(), ethiq_calls_unmonitored: ['count==0'] },
};

export const setup = () => createHouseholds(CALLS);

export default function (users) {
  const index = __VU - 1;
  sleep((index / CALLS) * RAMP_S);
  call(users[index], index);
}
