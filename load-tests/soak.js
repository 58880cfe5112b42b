/**
 * The same number of calls for a long time, one after the other on each line; and the memory of the service meanwhile,
 * which must not grow.
 *
 *   k6 run --log-format raw load-tests/soak.js -e CALLS=50 -e MINUTES=60
 */
import { sleep } from 'k6';
import http from 'k6/http';
import { Gauge } from 'k6/metrics';
import { createHouseholds, SERVICE } from './k6/service.js';
import { call, callThresholds } from './k6/telephone.js';

export { handleSummary } from './k6/summary.js';

const CALLS = Number(__ENV.CALLS || 50);
const SECONDS = Number(__ENV.MINUTES || 60) * 60;
const SAMPLES = 30;

const memoryMb = new Gauge('ethiq_memory_mb');
/** The median of the last third of the samples to that of the second: the first third is warming up. */
const growth = new Gauge('ethiq_memory_growth');

export const options = {
  scenarios: {
    calls: { executor: 'constant-vus', vus: CALLS, duration: `${SECONDS}s`, gracefulStop: '2m' },
    memory: { executor: 'per-vu-iterations', vus: 1, exec: 'watchMemory', maxDuration: `${SECONDS + 60}s` },
  },
  thresholds: { ...callThresholds(), ethiq_memory_growth: ['value<1.25'] },
};

export const setup = () => createHouseholds(CALLS + 1);

export default function (users) {
  call(users[(__VU - 1) % users.length], __VU + __ITER);
}

export function watchMemory() {
  const samples = [];
  while (samples.length < SAMPLES) {
    sleep(SECONDS / SAMPLES);
    const { body } = http.get(`${SERVICE}/metrics`);
    // One series for each worker.
    const bytes = [...body.matchAll(/^process_resident_memory_bytes\S* (\S+)$/gm)].map(([, value]) => Number(value));
    samples.push(bytes.reduce((sum, value) => sum + value, 0) / (1 << 20));
    memoryMb.add(samples[samples.length - 1]);
  }
  const third = SAMPLES / 3;
  growth.add(median(samples.slice(2 * third)) / median(samples.slice(third, 2 * third)));
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
