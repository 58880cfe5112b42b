/**
 * Operators: reads and writes under `/api/v1`, refusals among them. The service wants a higher API_RATE_LIMIT for it.
 *
 *   k6 run --log-format raw load-tests/api.js -e VUS=50 -e STAGE_S=30
 */
import { check, sleep } from 'k6';
import { ask, newContact, newRun, newUser, within } from './k6/service.js';

export { handleSummary } from './k6/summary.js';

const VUS = Number(__ENV.VUS || 50);
const STAGE_S = Number(__ENV.STAGE_S || 30);
/** No virtual user comes to more iterations in a run. */
const MOST_ITERATIONS = 10_000;
const UNKNOWN_CALL = `CA${'0'.repeat(32)}`;

export const options = {
  scenarios: {
    operators: {
      executor: 'ramping-vus',
      startVUs: 1,
      stages: [
        { target: VUS, duration: `${STAGE_S}s` },
        { target: VUS, duration: `${STAGE_S}s` },
      ],
    },
  },
  thresholds: { checks: ['rate==1'], ethiq_api_ms: within(200) },
};

export const setup = newRun;

export default function (run) {
  const index = __VU * MOST_ITERATIONS + __ITER;
  const user = ask('POST', '/users', newUser(run, index));
  const { id } = user.json();
  const contact = ask('POST', `/users/${id}/contacts`, newContact(run, index));
  const escalation = { contactsAfterS: 60, voiceAfterS: 120 };
  const statuses = {
    'a user is added': [user, 201],
    'a contact is added': [contact, 201],
    'a second user of one number is refused': [ask('POST', '/users', newUser(run, index)), 409],
    'a user is read': [ask('GET', `/users/${id}`), 200],
    'an escalation is set': [ask('PUT', `/users/${id}/escalation`, escalation), 200],
    'nonsense is refused': [ask('PUT', `/users/${id}/escalation`, { voiceAfterS: 'soon' }), 400],
    'an unknown call is not found': [ask('GET', `/calls/${UNKNOWN_CALL}`), 404],
    'a stranger is turned away': [ask('GET', `/users/${id}`, null, { 'X-API-Key': 'a guess' }), 401],
    'a contact is removed': [ask('DELETE', `/users/${id}/contacts/${contact.json().id}`), 204],
  };
  for (const [name, [{ status }, expected]] of Object.entries(statuses)) {
    check(status, { [name]: (seen) => seen === expected });
  }
  sleep(0.5);
}
