import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA, readLabelledCalls, UnreadableCalls } from '../evaluation/call-files.ts';
import { measure } from '../evaluation/report.ts';
import { LIMITS } from '../limits.ts';
import type { Database } from '../records/database.ts';
import { readStoredCalls } from '../records/stored-calls.ts';
import { CommandError, runOnRecord } from '../replay/record-command.ts';
import { withWeights } from '../scoring/policy-file.ts';
import { judgeHeldOut, type LabelledStoredCall } from './cross-validation.ts';
import { LIKENESS, learn, readTrainingCalls, writeWeights } from './learning.ts';
import { tellRetraining } from './retraining-report.ts';
import { toTrainingCall } from './stored-training-calls.ts';
import { byFacts, prepare } from './training-set.ts';

/**
 * Learns candidate weights from the labelled calls of the service together with the training set, and compares them with
 * the present ones: `npm run model:retrain -- [--data FOLDER] [--out FOLDER]`. Writes the candidate and a report beside it;
 * it switches nothing.
 */
const print = (line: string): void => void process.stdout.write(`${line}\n`);

await runOnRecord(async ({ db, policy }) => {
  const { values } = parseArgs({
    options: { data: { type: 'string', default: DATA }, out: { type: 'string', default: '.data/retrained' } },
  });
  const { usable, unusable } = await readOwnCalls(db);
  const labelled = readOr(() => readLabelledCalls(values.data));
  const others = prepare(
    readOr(() => readTrainingCalls(values.data)),
    byFacts,
  );
  const learnedFrom = [...others, ...usable.map(({ training }) => training)];
  print(`Learning from ${usable.length} labelled calls of the service and ${others.length} of the training set.`);
  const candidate = learn(learnedFrom, LIKENESS);
  const heldOut = judgeHeldOut(usable, others, policy);
  print(`Measuring on ${labelled.length} labelled calls of others.`);
  const measured = {
    present: measure(labelled, policy, LIMITS.scoring),
    candidate: measure(labelled, withWeights(policy, candidate), LIMITS.scoring),
  };
  const sources = new Map<string, number>();
  for (const { source } of learnedFrom) sources.set(source, (sources.get(source) ?? 0) + 1);
  const name = resolve(values.out, `candidate-${candidate.version}`);
  const present = policy.likeness.model;
  const report = { present, candidate, heldOut, unusable, measured, sources, file: `${name}.json` };
  mkdirSync(values.out, { recursive: true });
  writeFileSync(`${name}.json`, writeWeights(learnedFrom, candidate, LIKENESS));
  writeFileSync(`${name}.md`, tellRetraining(report));
  print(`Written: ${name}.json, and the report beside it, ${name}.md.`);
});

async function readOwnCalls(db: Database): Promise<{ usable: LabelledStoredCall[]; unusable: number }> {
  const usable: LabelledStoredCall[] = [];
  let unusable = 0;
  for await (const stored of readStoredCalls(db, { isLabelled: true })) {
    const training = toTrainingCall(stored);
    if (training === null) unusable += 1;
    else usable.push({ stored, training });
  }
  if (usable.length > 0) return { usable, unusable };
  const of = unusable === 0 ? 'No call is labelled' : `Of ${unusable} labelled calls none has a record to learn from`;
  throw new CommandError(`${of}: contacts label calls by SAFE, operators by POST /api/v1/calls/:callSid/feedback.`);
}

function readOr<Calls>(read: () => Calls): Calls {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnreadableCalls ? new CommandError(error.message) : error;
  }
}
