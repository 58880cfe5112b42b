import { startFaultControl } from './fault-control.ts';
import { EXAMPLE_CREDENTIALS, startStandIns } from './stand-ins.ts';

/**
 * The providers' stand-ins alone, on fixed ports: `npm run sim`. They know the example keys of `.env.example`, so that
 * a service under `npm run dev` finds them with the three addresses that are printed here, and nothing else.
 */
const SERVICE_URL = 'http://127.0.0.1:3000';
const PORTS = { twilio: 7001, deepgram: 7002, openai: 7003 };
const FAULTS_PORT = 7000;

const standIns = await startStandIns(() => SERVICE_URL, EXAMPLE_CREDENTIALS, PORTS);
const control = await startFaultControl(standIns, FAULTS_PORT);
process.stdout.write('Stand-ins of Twilio, Deepgram and OpenAI. No call is placed, no SMS leaves this machine.\n');
process.stdout.write(`They send delivery reports to ${SERVICE_URL}. Start the service with:\n\n`);
for (const name of ['TWILIO_API_URL', 'DEEPGRAM_URL', 'OPENAI_BASE_URL', 'OPENAI_API_KEY']) {
  process.stdout.write(`  ${name}=${standIns.environment[name]} \\\n`);
}
process.stdout.write('  npm run dev\n\n');
process.stdout.write(`Faults are set by POST ${control.url}, as src/simulators/fault-control.ts says.\n\n`);
standIns.twilio.onMessage(({ to, body }) => process.stdout.write(`SMS to ${to}: ${body}\n`));
standIns.twilio.onEndCall((callSid) => process.stdout.write(`call ${callSid} was ended\n`));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void Promise.all([control.stop(), standIns.stop()]));
