/**
 * A telephone call as Twilio runs it, in real time: the signed webhook, the token from the TwiML, the media stream at
 * 20 ms a frame, the end; and what the service then has on record of it.
 */
import { check, sleep } from 'k6';
import encoding from 'k6/encoding';
import { Counter, Trend } from 'k6/metrics';
import { clearInterval, setInterval } from 'k6/timers';
import { WebSocket } from 'k6/websockets';
import { BANK_IMPERSONATION, GENUINE_FRAUD_DESK } from '../../src/simulators/scenarios.ts';
import { CONVERSATION, encodeFrame, FRAME_MS, speak } from '../../src/simulators/spoken-audio.ts';
import { ACCOUNT_SID, ask, PUBLIC, randomHex, SERVICE, sign, webhook, within } from './service.js';

/** How long after the call its alert may still be under way. */
const SETTLE_S = Number(__ENV.SETTLE_S || 5);
/** `PACE=fast`: a quarter of the time for the same words, for a smoke. */
const PACE = __ENV.PACE === 'fast' ? { framesPerWord: 4, pauseFrames: 20 } : CONVERSATION;
/** Of the longest script. */
export const CALL_S = (speak(BANK_IMPERSONATION.lines, PACE).length * FRAME_MS) / 1_000;

const streamErrors = new Counter('ethiq_stream_errors');
const unmonitored = new Counter('ethiq_calls_unmonitored');
const alertMs = new Trend('ethiq_alert_ms', true);

/** What every script with calls holds to. */
export const callThresholds = ({ alertMs: bound = 1_000, webhookMs = 200 } = {}) => ({
  checks: ['rate==1'],
  ethiq_webhook_ms: within(webhookMs),
  ethiq_stream_errors: ['count==0'],
  ethiq_alert_ms: within(bound),
});

/**
 * One call to this user's line, from the first ring to the verdict on its record. Every other call is a scam, whose alert
 * must arrive; the others must stay quiet.
 */
export function call(user, number) {
  const script = number % 2 === 0 ? BANK_IMPERSONATION : GENUINE_FRAUD_DESK;
  const identity = {
    CallSid: `CA${randomHex(16)}`,
    AccountSid: ACCOUNT_SID,
    From: user.phoneNumber,
    To: user.lineNumber,
    Direction: 'inbound',
  };
  const answer = webhook('/voice/incoming', { ...identity, CallStatus: 'ringing' });
  if (!check(answer, { 'the telephone is answered': ({ status }) => status === 200 })) return;
  const token = /name="token" value="([^"]+)"/.exec(answer.body);
  if (token === null) {
    unmonitored.add(1);
    return;
  }
  stream(identity.CallSid, token[1], script.lines, (startedAt) => {
    webhook('/voice/status', { ...identity, CallStatus: 'completed', CallDuration: '30' });
    judge(identity.CallSid, script, startedAt);
  });
}

/** `whenOver` gets the time of day at which the first frame left. */
function stream(callSid, token, lines, whenOver) {
  const address = `${PUBLIC.replace(/^http/, 'ws')}/voice/stream`;
  const socket = new WebSocket(`${SERVICE.replace(/^http/, 'ws')}/voice/stream`, null, {
    headers: { 'X-Twilio-Signature': sign(address), 'X-Forwarded-Proto': 'https' },
  });
  const streamSid = `MZ${randomHex(16)}`;
  const frames = speak(lines, PACE);
  let sent = 0;
  let startedAt = 0;
  let timer = null;
  const send = (message) => socket.send(JSON.stringify(message));
  socket.addEventListener('error', ({ error }) => {
    console.warn(`${callSid}: ${error}`);
    streamErrors.add(1);
  });
  socket.addEventListener('close', () => {
    if (timer !== null) clearInterval(timer);
    if (sent < frames.length) streamErrors.add(1);
    whenOver(startedAt);
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
    startedAt = Date.now();
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

/** The end of a call may be told to another process than the one that still draws out its last words. */
function judge(callSid, { isScam, lines }, startedAt) {
  const said = lines.map(({ text }) => text).join(' ');
  const isWhole = (record) =>
    record.status === 'completed' && isDelivered(record) === isScam && heardIn(record) === said;
  let record = null;
  for (let second = 0; second < SETTLE_S && (record === null || !isWhole(record)); second++) {
    sleep(1);
    record = ask('GET', `/calls/${callSid}`).json();
  }
  if (heardIn(record) !== said) console.warn(`${callSid}: of “${said}” was heard “${heardIn(record)}”`);
  check(record, {
    'every word was transcribed, once': () => heardIn(record) === said,
    'no audio was lost': ({ blindMs }) => blindMs === 0,
    'a scam is alerted, an honest call is not': () => isDelivered(record) === isScam,
  });
  for (const alert of record.alerts) measure(alert, record.analyses, startedAt);
}

const heardIn = ({ transcript }) => transcript.map(({ text }) => text).join(' ');

const isDelivered = ({ alerts }) =>
  alerts.length > 0 && alerts.every(({ deliveries }) => deliveries.every(({ status }) => status === 'delivered'));

/** From the end of the deciding words, as they were spoken here, to the acceptance of the message, by Postgres's clock. */
function measure({ analysisId, events }, analyses, startedAt) {
  const analysis = analyses.find(({ id }) => id === analysisId);
  const accepted = events.find(({ type }) => type === 'accepted');
  if (analysis && accepted) alertMs.add(Date.parse(accepted.at) - (startedAt + analysis.atMs));
}
