/**
 * Ten times as many calls from one moment to the next, and back. Calls beyond the capacity of the service are answered
 * without monitoring, and counted; none is cut off, and those that are monitored lose nothing.
 *
 *   k6 run --log-format raw load-tests/spike.js -e CALLS=100 -e HOLD_S=40
 */
import { createHouseholds } from './k6/service.js';
import { CALL_S, call, callThresholds } from './k6/telephone.js';

export { handleSummary } from './k6/summary.js';

/** At the peak. */
const CALLS = Number(__ENV.CALLS || 100);
const HOLD_S = Number(__ENV.HOLD_S || 40);
const base = Math.ceil(CALLS / 10);
const SPIKE_S = 1;

export const options = {
  scenarios: {
    calls: {
      executor: 'ramping-vus',
      startVUs: base,
      stages: [
        { target: base, duration: `${Math.round(CALL_S)}s` },
        { target: CALLS, duration: `${SPIKE_S}s` },
        { target: CALLS, duration: `${HOLD_S}s` },
        { target: base, duration: `${SPIKE_S}s` },
        { target: base, duration: `${Math.round(CALL_S)}s` },
      ],
      // Calls that are live end by themselves.
      gracefulRampDown: '2m',
      gracefulStop: '2m',
    },
  },
  thresholds: callThresholds(),
};

export const setup = () => createHouseholds(CALLS);

export default function (users) {
  call(users[(__VU - 1) % users.length], __VU + __ITER);
}
