/** The service under load: where it is, how Twilio and an operator speak to it, and how long it takes to answer. */
import crypto from 'k6/crypto';
import http from 'k6/http';
import { Trend } from 'k6/metrics';

export const SERVICE = __ENV.SERVICE_URL || 'http://127.0.0.1:3000';
/** What the service's BASE_URL says: signatures are made for it. */
export const PUBLIC = __ENV.BASE_URL || 'http://localhost:3000';
export const ACCOUNT_SID = __ENV.TWILIO_ACCOUNT_SID || 'AC00000000000000000000000000000000';
const AUTH_TOKEN = __ENV.TWILIO_AUTH_TOKEN || 'example-twilio-auth-token-0000000';
const ADMIN_KEY = __ENV.ADMIN_API_KEY || 'example-admin-api-key-for-development';

/** `SLACK`: how many times as long everything may take, where other work shares the machine. */
const SLACK = Number(__ENV.SLACK || 1);
/** A threshold: 95 % take less. */
export const within = (ms) => [`p(95)<${ms * SLACK}`];

const webhookMs = new Trend('ethiq_webhook_ms', true);
const apiMs = new Trend('ethiq_api_ms', true);

/** A webhook of Twilio's, signed. */
export function webhook(path, fields) {
  const headers = { 'X-Twilio-Signature': sign(PUBLIC + path, fields), 'X-Forwarded-Proto': 'https' };
  const answer = http.post(SERVICE + path, fields, { headers });
  webhookMs.add(answer.timings.duration, { path });
  return answer;
}

/** https://www.twilio.com/docs/usage/security */
export function sign(url, fields = {}) {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + fields[name], url);
  return crypto.hmac('sha1', AUTH_TOKEN, signed, 'base64');
}

/** What stands in a path for one user, contact or call: k6 keeps a time series for each name of a request. */
const IDENTIFIERS = /\/[0-9a-f-]{36}|\/CA[0-9a-f]{32}/g;

/** A request of an operator's. `headers`: more of them, or others. */
export function ask(method, path, body = null, headers = {}) {
  const json = body === null ? null : JSON.stringify(body);
  const answer = http.request(method, `${SERVICE}/api/v1${path}`, json, {
    headers: {
      'X-API-Key': ADMIN_KEY,
      'X-Forwarded-Proto': 'https',
      ...(json === null ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    tags: { name: `${method} ${path.replace(IDENTIFIERS, '/…')}` },
    // Some are meant to be refused.
    responseCallback: http.expectedStatuses({ min: 200, max: 499 }),
  });
  apiMs.add(answer.timings.duration);
  return answer;
}

/** People who are protected, each with one contact. For `setup`: numbers differ from one run to the next. */
export function createHouseholds(count) {
  const run = newRun();
  return Array.from({ length: count }, (_, index) => {
    const user = newUser(run, index);
    const contact = newContact(run, index);
    const { id } = created('/users', user);
    created(`/users/${id}/contacts`, contact);
    return { ...user, contactNumber: contact.phoneNumber };
  });
}

export const newRun = () => String(Math.floor(Math.random() * 90_000) + 10_000);

export const newUser = (run, index) => ({
  name: `Load ${index}`,
  phoneNumber: numberOf('2', run, index),
  lineNumber: numberOf('3', run, index),
  mode: 'listen',
});

export const newContact = (run, index) => ({
  name: 'Contact',
  phoneNumber: numberOf('4', run, index),
  optIn: 'recorded',
});

const numberOf = (kind, run, index) => `+1${kind}${run}${String(index).padStart(7, '0')}`;

function created(path, body) {
  const answer = ask('POST', path, body);
  if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${answer.body}`);
  return answer.json();
}

export const randomHex = (bytes) =>
  [...new Uint8Array(crypto.randomBytes(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
