import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SENSITIVITIES } from '../call/priors.ts';
import { LIMITS } from '../limits.ts';
import { DEFAULT_POLICY } from '../scoring/default-policy.ts';
import { DATA, readLabelledCalls, UnreadableCalls } from './call-files.ts';
import { explain } from './explanation.ts';
import { playCall } from './played-call.ts';
import { measure } from './report.ts';
import { drawReport } from './report-html.ts';
import { tellReport } from './report-text.ts';

/**
 * How well the service tells scams from honest calls, by replaying labelled calls through its own scoring:
 * `npm run eval -- [--data PATH] [--sensitivity low|normal|high] [--json] [--out REPORT.html] [--calls FILE --explain]`.
 * PATH is a `.jsonl` file or a folder of them.
 */
const print = (text: string): void => void process.stdout.write(`${text}\n`);

class WrongOption extends Error {}

try {
  run();
} catch (error) {
  if (!(error instanceof UnreadableCalls || error instanceof WrongOption)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function run(): void {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: DATA },
      calls: { type: 'string' },
      sensitivity: { type: 'string', default: 'normal' },
      explain: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const sensitivity = SENSITIVITIES.find((each) => each === values.sensitivity);
  if (sensitivity === undefined) throw new WrongOption(`--sensitivity must be one of ${SENSITIVITIES.join(', ')}`);
  const calls = readLabelledCalls(values.calls ?? values.data);
  if (values.explain) {
    for (const call of calls) {
      const played = playCall(call, DEFAULT_POLICY, LIMITS.scoring, sensitivity);
      print(`${explain(played, DEFAULT_POLICY)}\n`);
    }
    return;
  }
  const report = measure(calls, DEFAULT_POLICY, LIMITS.scoring, sensitivity);
  if (values.out !== undefined) writeFileSync(values.out, drawReport(report));
  const { curves: _, ...told } = report;
  print(values.json ? JSON.stringify(told, null, 2) : tellReport(report));
}
