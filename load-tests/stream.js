/**
 * Live calls through the stream endpoint, in real time, with k6: each virtual user is one telephone call. It signs and
 * posts the webhook, reads the token from the TwiML, opens the media stream, speaks, stops, and posts the status. Every
 * other call is a scam, whose alert must arrive; the others must stay quiet.
 *
 *   k6 run load-tests/stream.js -e CALLS=20
 *
 * README.md beside this file says how to start the service and the stand-ins for it.
 */
import { check, sleep } from 'k6';
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import { clearInterval, setInterval } from 'k6/timers';
import { WebSocket } from 'k6/websockets';
import { BANK_IMPERSONATION, GENUINE_FRAUD_DESK } from '../src/simulators/scenarios.ts';
import { CONVERSATION, encodeFrame, FRAME_MS, speak } from '../src/simulators/spoken-audio.ts';

const CALLS = Number(__ENV.CALLS || 10);
const SERVICE = __ENV.SERVICE_URL || 'http://127.0.0.1:3000';
/** What the service's BASE_URL says: signatures are made for it. */
const PUBLIC = __ENV.BASE_URL || 'http://localhost:3000';
const ADMIN_KEY = __ENV.ADMIN_API_KEY || 'example-admin-api-key-for-development';
const ACCOUNT_SID = __ENV.TWILIO_ACCOUNT_SID || 'AC00000000000000000000000000000000';
const AUTH_TOKEN = __ENV.TWILIO_AUTH_TOKEN || 'example-twilio-auth-token-0000000';
/** How long an alert may take to be delivered after the call. */
const SETTLE_S = 5;
/** Calls begin over this time, not all in one moment. */
const RAMP_S = 5;

const webhookMs = new Trend('ethiq_webhook_ms', true);
const streamErrors = new Counter('ethiq_stream_errors');

export const options = {
  scenarios: {
    calls: { executor: 'per-vu-iterations', vus: CALLS, iterations: 1, maxDuration: '5m' },
  },
  thresholds: {
    checks: ['rate==1'],
    ethiq_webhook_ms: ['p(95)<200'],
    ethiq_stream_errors: ['count==0'],
  },
};

export function setup() {
  const run = Math.floor(Math.random() * 900_000) + 100_000;
  return Array.from({ length: CALLS }, (_, index) => {
    const number = (kind) => `+1${kind}${run}${String(index).padStart(4, '0')}`.slice(0, 15);
    const user = { name: `Load ${index}`, phoneNumber: number('2'), lineNumber: number('3'), mode: 'listen' };
    const { id } = post('/users', user);
    post(`/users/${id}/contacts`, { name: 'Contact', phoneNumber: number('4'), optIn: 'recorded' });
    return user;
  });
}

export default function (users) {
  const index = __VU - 1;
  const scenario = index % 2 === 0 ? BANK_IMPERSONATION : GENUINE_FRAUD_DESK;
  const { phoneNumber, lineNumber } = users[index];
  sleep((index / CALLS) * RAMP_S);
  const identity = {
    CallSid: `CA${randomHex(16)}`,
    AccountSid: ACCOUNT_SID,
    From: phoneNumber,
    To: lineNumber,
    Direction: 'inbound',
  };
  const answer = webhook('/voice/incoming', { ...identity, CallStatus: 'ringing' });
  webhookMs.add(answer.timings.duration);
  const token = /name="token" value="([^"]+)"/.exec(answer.body);
  if (!check(token, { 'the webhook opens a stream': (found) => found !== null })) return;
  stream(identity.CallSid, token[1], scenario.lines, () => {
    webhook('/voice/status', { ...identity, CallStatus: 'completed', CallDuration: '30' });
    judge(identity.CallSid, scenario);
  });
}

function stream(callSid, token, lines, whenOver) {
  const address = `${PUBLIC.replace(/^http/, 'ws')}/voice/stream`;
  const socket = new WebSocket(`${SERVICE.replace(/^http/, 'ws')}/voice/stream`, null, {
    headers: { 'X-Twilio-Signature': sign(address), 'X-Forwarded-Proto': 'https' },
  });
  const streamSid = `MZ${randomHex(16)}`;
  const frames = speak(lines, CONVERSATION);
  let sent = 0;
  let timer = null;
  const send = (message) => socket.send(JSON.stringify(message));
  socket.addEventListener('error', () => streamErrors.add(1));
  socket.addEventListener('close', () => {
    if (timer !== null) clearInterval(timer);
    if (sent < frames.length) streamErrors.add(1);
    whenOver();
  });
  socket.addEventListener('open', () => {
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    const start = {
      accountSid: ACCOUNT_SID,
      streamSid,
      callSid,
      mediaFormat,
      tracks: ['inbound'],
      customParameters: { token },
    };
    send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    send({ event: 'start', sequenceNumber: '1', start, streamSid });
    const startedAt = Date.now();
    timer = setInterval(() => {
      for (; sent < frames.length && startedAt + sent * FRAME_MS <= Date.now(); sent++) {
        const payload = encoding.b64encode(encodeFrame(frames[sent], sent).buffer);
        const media = { track: 'inbound', chunk: String(sent + 1), timestamp: String(sent * FRAME_MS), payload };
        send({ event: 'media', sequenceNumber: String(sent + 2), media, streamSid });
      }
      if (sent < frames.length) return;
      clearInterval(timer);
      timer = null;
      send({ event: 'mark', sequenceNumber: String(sent + 2), mark: { name: 'end' }, streamSid });
      send({ event: 'stop', sequenceNumber: String(sent + 3), stop: { accountSid: ACCOUNT_SID, callSid }, streamSid });
      socket.close();
    }, FRAME_MS);
  });
}

function judge(callSid, { isScam, lines }) {
  let call = null;
  for (let second = 0; second < SETTLE_S; second++) {
    sleep(1);
    call = http.get(`${SERVICE}/api/v1/calls/${callSid}`, { headers: adminHeaders() }).json();
    if (call.status === 'completed' && isDelivered(call) === isScam) break;
  }
  const said = lines.map(({ text }) => text).join(' ');
  check(call, {
    'every word was transcribed, once': ({ transcript }) => transcript.map(({ text }) => text).join(' ') === said,
    'no audio was lost': ({ blindMs }) => blindMs === 0,
    'a scam is alerted, an honest call is not': (seen) => isDelivered(seen) === isScam,
  });
}

const isDelivered = ({ alerts }) =>
  alerts.length > 0 && alerts.every(({ deliveries }) => deliveries.every(({ status }) => status === 'delivered'));

function webhook(path, fields) {
  return http.post(`${SERVICE}${path}`, fields, {
    headers: { 'X-Twilio-Signature': sign(PUBLIC + path, fields), 'X-Forwarded-Proto': 'https' },
  });
}

/** https://www.twilio.com/docs/usage/security */
function sign(url, fields = {}) {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + fields[name], url);
  return crypto.hmac('sha1', AUTH_TOKEN, signed, 'base64');
}

function post(path, body) {
  const response = http.post(`${SERVICE}/api/v1${path}`, JSON.stringify(body), { headers: adminHeaders() });
  if (response.status !== 201) throw new Error(`${path} answered ${response.status}: ${response.body}`);
  return response.json();
}

const adminHeaders = () => ({
  'X-API-Key': ADMIN_KEY,
  'Content-Type': 'application/json',
  'X-Forwarded-Proto': 'https',
});

const randomHex = (bytes) =>
  [...new Uint8Array(crypto.randomBytes(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
